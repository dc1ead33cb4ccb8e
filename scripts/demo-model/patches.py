"""Local motion on pictures without shapes: pieces of another picture that move in one part of the frame."""

import cv2
import numpy as np

from stretch import stretched
from words import PLACES

_SPOTS = {"left": (0.2, 0.5), "right": (0.8, 0.5), "top": (0.5, 0.2), "bottom": (0.5, 0.8), "centre": (0.5, 0.5)}


class Patch:
    """One moving piece: a soft mask that travels within its place while its texture slides."""

    def __init__(self, rng, spot, frames, height, width, texture, small):
        scale = np.array([width, height])
        side = min(height, width)
        self.texture = texture
        self.round = rng.random() < 0.5
        reach = 0.10 if small else 0.17
        large = 0.14 if small else 0.32 if rng.random() < 0.25 else 0.22
        self.half = rng.uniform(0.10, large, 2) * (0.5 * scale + 0.5 * side)
        middle = np.array(spot) * scale
        t = np.linspace(0, 1, frames)[:, None]
        swing = rng.uniform(0.35, 1.0) * reach * scale * rng.choice([-1, 1], 2) * self._direction(rng, spot)
        if rng.random() < 0.5:
            path = (2 * t - 1) * swing
        else:
            path = np.sin(2 * np.pi * (t * rng.uniform(0.7, 0.16 * frames + 0.8) + rng.random())) * swing
        self.centre = middle + path
        speed = rng.uniform(0.02, 0.08) * side * (rng.random() < 0.6)
        angle = rng.uniform(0, 2 * np.pi)
        self.slide = np.outer(np.arange(frames), [np.cos(angle), np.sin(angle)]) * speed

    @staticmethod
    def _direction(rng, spot):
        """Swing along the edge the place lies on, less towards the middle of the picture."""
        if spot[0] in (0.2, 0.8):
            return np.array([0.35, 1.0])
        if spot[1] in (0.2, 0.8):
            return np.array([1.0, 0.35])
        return rng.uniform(0.3, 1.0, 2)

    def stretch(self, count):
        """Spread the same motion over `count` frames."""
        for name in ("centre", "slide"):
            setattr(self, name, stretched(getattr(self, name), count))

    def mask(self, index, height, width):
        """Soft coverage (0..1) of the piece in one frame."""
        mask = np.zeros((height, width), np.uint8)
        centre = tuple(int(v * 16) for v in self.centre[index])
        half = tuple(int(v * 16) for v in self.half)
        if self.round:
            cv2.ellipse(mask, centre, half, 0, 0, 360, 255, -1, cv2.LINE_AA, 4)
        else:
            cv2.rectangle(mask, (centre[0] - half[0], centre[1] - half[1]), (centre[0] + half[0], centre[1] + half[1]),
                          255, -1, cv2.LINE_AA, 4)
        return cv2.GaussianBlur(mask, (0, 0), 1.5).astype(np.float32) / 255

    def paint(self, image, index):
        """Blend the piece into `image` (float RGB); returns its mask."""
        height, width = image.shape[:2]
        mask = self.mask(index, height, width)
        offset = self.centre[index] + self.slide[index]
        offset = offset - np.array(self.texture.shape[1::-1]) / 2
        matrix = np.array([[1, 0, offset[0]], [0, 1, offset[1]]], np.float32)
        piece = cv2.warpAffine(self.texture, matrix, (width, height), flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_REFLECT)
        image += mask[:, :, None] * (piece - image)
        return mask


def make_patches(rng, place, frames, height, width, make_texture):
    """The moving pieces for a place (index into PLACES); none for "nothing"."""
    name = PLACES[place]
    if name == "nothing":
        return []
    if name == "everywhere":
        grid = [(x, y) for x in (0.2, 0.5, 0.8) for y in (0.22, 0.5, 0.78)]
        chosen = rng.permutation(9)[: int(rng.integers(6, 10))]
        return [Patch(rng, grid[i], frames, height, width, make_texture(), True) for i in chosen]
    x, y = _SPOTS[name]
    spot = (x, y)
    patches = [Patch(rng, spot, frames, height, width, make_texture(), False)]
    if rng.random() < 0.3:
        patches.append(Patch(rng, spot, frames, height, width, make_texture(), True))
    return patches
