"""Plain moving shapes: their colours, outlines and ways through a clip."""

import cv2
import numpy as np

from stretch import stretched
from words import COLOURS, KINDS, WAYS

RGB = {"red": (215, 30, 35), "green": (30, 160, 55), "blue": (35, 70, 220), "yellow": (240, 220, 40),
       "purple": (140, 45, 175), "orange": (245, 135, 25), "white": (243, 243, 243), "black": (14, 14, 16)}
SHIFT = 4


class Shape:
    """One shape: colour and kind (indices), and its centre, radius and angle in every frame."""

    def __init__(self, rng, colour, kind, way, frames, height, width):
        self.colour, self.kind, self.way = colour, kind, way
        jitter = rng.uniform(-18, 18, 3) if COLOURS[colour] not in ("white", "black") else rng.uniform(-12, 12, 1)
        self.rgb = np.clip(np.array(RGB[COLOURS[colour]]) + jitter, 0, 255)
        side = min(height, width)
        self.aspect = rng.uniform(2.6, 4.0) if KINDS[kind] == "bar" else 1.0
        self.upright = rng.random() < 0.5
        angle = np.radians(rng.uniform(-9, 9))
        self.angle = np.full(frames, angle)
        radius = rng.uniform(0.14, 0.24) * side * (1.3 if KINDS[kind] in ("bar", "triangle") else 1.0)
        progress = np.linspace(0, 1, frames)
        if rng.random() < 0.3:
            progress = 0.5 * progress + 0.5 * (3 * progress ** 2 - 2 * progress ** 3)
        self.radius = np.full(frames, radius)
        self.centre = self._still(rng, frames, height, width, radius)
        name = WAYS[way]
        if name.startswith("moves"):
            self.centre = self._moving(rng, name, progress, height, width, radius)
        elif name in ("grows larger", "shrinks"):
            small = rng.uniform(0.11, 0.15) * side * (1.3 if KINDS[kind] in ("bar", "triangle") else 1.0)
            grown = small * np.exp(progress * np.log(rng.uniform(1.7, 2.7)))
            self.radius = grown if name == "grows larger" else grown[::-1].copy()
            self.centre = self._still(rng, frames, height, width, self.radius.max())

    @staticmethod
    def _still(rng, frames, height, width, radius):
        margin_x, margin_y = min(radius, 0.45 * width), min(radius, 0.45 * height)
        spot = [rng.uniform(margin_x, width - margin_x), rng.uniform(margin_y, height - margin_y)]
        return np.tile(np.array(spot), (frames, 1))

    @staticmethod
    def _moving(rng, name, progress, height, width, radius):
        along, side, across = (0, width, height) if "left" in name else (1, height, width)
        room = 0.75 * radius
        travel = rng.uniform(0.36, 1.0) * (side - 2 * room) if side - 2 * room > 0.4 * side else 0.45 * side
        travel = max(travel, 0.3 * side)
        start = rng.uniform(room, max(side - room - travel, room + 1))
        path = start + travel * progress
        if name in ("moves from right to left", "moves from bottom to top"):
            path = side - path
        margin = min(radius, 0.45 * across)
        drift = rng.uniform(-0.14, 0.14) * travel * progress
        centre = np.empty((len(progress), 2))
        centre[:, along] = path
        other = rng.uniform(margin, across - margin) + drift
        centre[:, 1 - along] = np.clip(other, 0.5 * margin, across - 0.5 * margin)
        return centre

    def stretch(self, count):
        """Spread the same motion over `count` frames."""
        for name in ("centre", "radius", "angle"):
            setattr(self, name, stretched(getattr(self, name), count))

    def outline(self, index):
        """Corners (n x 2, pixels) in one frame."""
        r, kind = self.radius[index], KINDS[self.kind]
        if kind == "circle":
            a = np.arange(28) * (2 * np.pi / 28)
            points = np.stack([np.cos(a), np.sin(a)], 1) * r
        elif kind == "square":
            points = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * r * 0.88
        elif kind == "triangle":
            points = np.array([[0, -1], [0.95, 0.75], [-0.95, 0.75]]) * r
        else:
            half = np.array([1, 1 / self.aspect]) * r * 1.1
            points = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
            points = points[:, ::-1] if self.upright else points
        c, s = np.cos(self.angle[index]), np.sin(self.angle[index])
        return points @ np.array([[c, s], [-s, c]]) + self.centre[index]

    def paint(self, image, index, colour):
        """Fill the outline on `image` with sub-pixel placement and smooth edges."""
        points = np.round((self.outline(index) - 0.5) * (1 << SHIFT)).astype(np.int32)
        cv2.fillPoly(image, [points], colour, cv2.LINE_AA, SHIFT)


def apart(a, b):
    """Whether two shapes hardly ever touch."""
    distance = np.linalg.norm(a.centre - b.centre, axis=1)
    return np.mean(distance < 0.95 * (a.radius + b.radius)) < 0.12
