"""Decorrelated coordinates for the patch embedding, so that edges and motion are learnt as fast as plain colour.

Neighbouring pixels of a pair of patches are nearly equal: in pixel coordinates each step of the optimiser moves the
response to plain colour a thousand times as far as the response to an edge. Training therefore holds the embedding's
weights in the principal directions of drawn clips, scaled most of the way to equal variance, and starts from the
strongest of them; the product with `basis` gives the weights of the reference architecture, so nothing of this is left
in the exported model."""

import os

import numpy as np

from batches import draw_batch
from model import IMAGE_MEAN, IMAGE_STD

FLOOR, POWER = 0.005, 0.4
BATCHES, PATCHES = 40, 1500
SEED = 555


def _patches(pictures):
    rng = np.random.default_rng(SEED)
    mean, std = np.array(IMAGE_MEAN) * 255, np.array(IMAGE_STD) * 255
    for index in range(BATCHES):
        frames = draw_batch(pictures, SEED, index, [0.4, 0.3, 0.3])["frames"]
        b, t, height, width, _ = frames.shape
        x = frames.reshape(b, t // 2, 2, height // 14, 14, width // 14, 14, 3).transpose(0, 1, 3, 5, 7, 2, 4, 6)
        x = x.reshape(-1, 3, 392)
        x = x[rng.choice(len(x), min(PATCHES, len(x)), replace=False)]
        yield ((x - mean[:, None]) / std[:, None]).reshape(len(x), -1)


def make_basis(pictures, cache):
    """(1176, 1176) float32: rows are directions, the strongest first.

    Columns are in the order of a flattened pair of patches: channel, time, row, column."""
    if not os.path.exists(cache):
        x = np.concatenate(list(_patches(pictures)))
        values, vectors = np.linalg.eigh(x.T @ x / len(x))
        basis = (vectors / (np.maximum(values, 0) + FLOOR) ** POWER).T[::-1]
        np.save(cache + ".part.npy", np.ascontiguousarray(basis, np.float32))
        os.replace(cache + ".part.npy", cache)
    return np.load(cache)
