"""How the camera moves: where each frame looks on the canvas."""

import numpy as np

from stretch import stretched
from words import CAMERAS


class CameraPath:
    """Offset (content displacement in pixels, right and down) and zoom of each frame."""

    def __init__(self, rng, kind, frames, height, width):
        self.kind = kind
        self.shift = np.zeros((frames, 2), np.float32)
        self.zoom = np.ones(frames, np.float32)
        self.roll = np.zeros(frames, np.float32)
        name = CAMERAS[kind]
        steps = frames - 1
        progress = self._progress(rng, steps)
        if name.startswith(("pans", "tilts")):
            along = 0 if name.startswith("pans") else 1
            side = (width, height)[along]
            total = np.clip(side * np.exp(rng.uniform(np.log(0.012), np.log(0.11))) * steps, 0.22 * side, 1.6 * side)
            sign = 1 if name in ("pans left", "tilts up") else -1
            self.shift[:, along] = sign * total * progress
            self.shift[:, 1 - along] = rng.uniform(-0.12, 0.12) * total * progress
            if rng.random() < 0.15:
                self.zoom = np.exp(rng.uniform(-0.05, 0.05) * progress).astype(np.float32)
        elif name.startswith("zooms"):
            total = np.clip(np.exp(rng.uniform(np.log(0.012), np.log(0.07))) * steps, 0.22, 0.95)
            zoom = np.exp(total * progress)
            self.zoom = (zoom if name == "zooms in" else zoom[::-1]).astype(np.float32)
            self.shift = (rng.uniform(-0.04, 0.04, 2) * (width, height) * progress[:, None]).astype(np.float32)
        elif name == "shakes":
            size = rng.uniform(0.016, 0.05) * min(height, width)
            self.shift = rng.normal(0, size, (frames, 2)).astype(np.float32)
            self.roll = rng.normal(0, np.radians(rng.uniform(0, 1.2)), frames).astype(np.float32)
        if name == "static":
            if rng.random() < 0.15:
                self.shift += rng.normal(0, 0.15, (frames, 2)).astype(np.float32)
        elif name != "shakes" and rng.random() < 0.4:
            self.shift += rng.normal(0, rng.uniform(0.1, 0.006 * width), (frames, 2)).astype(np.float32)

    @staticmethod
    def _progress(rng, steps):
        """0 to 1 over the clip: even, or starting and ending more slowly."""
        even = np.linspace(0, 1, steps + 1)
        ease = rng.uniform(0, 0.6) if rng.random() < 0.5 else 0
        return ((1 - ease) * even + ease * (3 * even ** 2 - 2 * even ** 3)).astype(np.float32)

    def stretch(self, count):
        """Spread the same motion over `count` frames."""
        for name in ("shift", "zoom", "roll"):
            setattr(self, name, stretched(getattr(self, name), count))

    def matrix(self, index, height, width, canvas):
        """The 2x3 matrix from canvas (side `canvas`) to frame pixels."""
        zoom, roll = self.zoom[index], self.roll[index]
        centre = canvas / 2
        c, s = zoom * np.cos(roll), zoom * np.sin(roll)
        middle = np.array([width / 2, height / 2]) + self.shift[index] - self.shift.mean(0)
        return np.array([[c, -s, middle[0] - c * centre + s * centre],
                         [s, c, middle[1] - s * centre - c * centre]], np.float32)

    def flow(self, first, second, points, height, width, canvas):
        """Displacement of background seen at `points` (n x 2, frame pixels) between two frames."""
        a = np.vstack([self.matrix(first, height, width, canvas), [0, 0, 1]])
        b = np.vstack([self.matrix(second, height, width, canvas), [0, 0, 1]])
        m = b @ np.linalg.inv(a)
        return points @ m[:2, :2].T + m[:2, 2] - points

    def canvas_side(self, height, width):
        """A canvas large enough for every frame of the path, with a margin."""
        spread = np.ptp(self.shift, axis=0)
        zoom = max(1.0, 1 / float(self.zoom.min()))
        return int(max(width * zoom + 1.1 * spread[0], height * zoom + 1.1 * spread[1]) * 1.05 + 12)
