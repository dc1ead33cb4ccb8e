"""Batches of clips as arrays, their mirrored and reversed twins, and the process that draws them ahead."""

import multiprocessing as mp
import os
import random

import numpy as np

import words
from frames_sizes import choose_bucket
from scene import SceneMaker, Wish

TWINS = 7
_FIELDS = ("frames", "light", "tone", "camera", "place", "shapes", "token_shape", "token_piece", "shape_state", "flow",
           "outline")


def stack(clips):
    """Clips of one size as a dictionary of arrays with a leading batch dimension."""
    return {name: np.stack([np.asarray(getattr(clip, name)) for clip in clips]) for name in _FIELDS}


def _map(table, values):
    return np.where(values >= 0, np.asarray(table)[values], values)


def mirror(batch):
    """Left and right exchanged, in pictures and labels."""
    out = dict(batch)
    width = batch["frames"].shape[3]
    out["frames"] = batch["frames"][:, :, :, ::-1]
    out["token_shape"], out["token_piece"] = batch["token_shape"][..., ::-1], batch["token_piece"][..., ::-1]
    out["outline"] = batch["outline"][..., ::-1]
    out["flow"] = batch["flow"][:, :, :, ::-1] * np.array([-1, 1], np.float32)
    state = batch["shape_state"].copy()
    state[..., 0] = width - state[..., 0]
    state[..., 3] *= -1
    return _relabel(out, batch, state, words.CAMERA_MIRRORED, words.WAY_MIRRORED, words.PLACE_MIRRORED)


def flip(batch):
    """Top and bottom exchanged."""
    out = dict(batch)
    height = batch["frames"].shape[2]
    out["frames"] = batch["frames"][:, :, ::-1]
    out["token_shape"], out["token_piece"] = batch["token_shape"][:, :, ::-1], batch["token_piece"][:, :, ::-1]
    out["outline"] = batch["outline"][:, :, :, ::-1]
    out["flow"] = batch["flow"][:, :, ::-1] * np.array([1, -1], np.float32)
    state = batch["shape_state"].copy()
    state[..., 1] = height - state[..., 1]
    state[..., 4] *= -1
    return _relabel(out, batch, state, words.CAMERA_FLIPPED, words.WAY_FLIPPED, words.PLACE_FLIPPED)


def reverse(batch):
    """The frames in reverse order."""
    out = dict(batch)
    for name in ("frames", "token_shape", "token_piece"):
        out[name] = batch[name][:, ::-1]
    out["outline"] = batch["outline"][:, ::-1, ::-1]
    out["flow"] = -batch["flow"][:, ::-1]
    state = batch["shape_state"][:, :, ::-1].copy()
    state[..., 3:6] *= -1
    return _relabel(out, batch, state, words.CAMERA_REVERSED, words.WAY_REVERSED, range(len(words.PLACES)))


def _relabel(out, batch, state, camera, way, place):
    out["shape_state"] = state
    out["camera"], out["place"] = _map(camera, batch["camera"]), _map(place, batch["place"])
    out["shapes"] = batch["shapes"].copy()
    out["shapes"][..., 2] = _map(way, batch["shapes"][..., 2])
    return out


def twin(batch, choice):
    """One of the seven mirrored, flipped or reversed versions (`choice` 1 to 7, bits), with contiguous arrays."""
    for bit, change in ((1, mirror), (2, flip), (4, reverse)):
        if choice & bit:
            batch = change(batch)
    return {name: np.ascontiguousarray(value) for name, value in batch.items()}


def draw_batch(pictures, seed, index, mix, restless=False, few=False):
    """Batch `index` of the series `seed`.

    `mix`: shares of clips with 0, 1 and 2 shapes; `restless`: more moving cameras; `few`: only short clips."""
    rng = np.random.default_rng([seed, index])
    frames, height, width, size = choose_bucket(rng, few)
    maker = SceneMaker(rng, pictures)
    return stack([maker.draw(Wish(int(rng.choice(3, p=mix)), few), frames, height, width) for _ in range(size)])


class Drawer:
    """A background process that keeps a few batches ready; each drawn batch comes again as `TWINS` twins."""

    def __init__(self, pictures, seed, start, mix):
        self.mix = mp.Array("d", [*mix, 0.0, 0.0])
        self.queue = mp.Queue(maxsize=6)
        self.process = mp.Process(target=self._run, args=(pictures, seed, start), daemon=True)
        self.process.start()

    def _run(self, pictures, seed, start):
        import cv2
        cv2.setNumThreads(1)
        os.environ["OMP_NUM_THREADS"] = "1"
        waiting, index = [], start
        chooser = random.Random(seed + start)
        while True:
            *mix, restless, few = self.mix[:]
            batch = draw_batch(pictures, seed, index, np.array(mix) / sum(mix), bool(restless), bool(few))
            index += 1
            self.queue.put((index, batch))
            waiting.append([batch, chooser.sample(range(1, 8), TWINS)])
            for _ in range(TWINS if len(waiting) > 16 else 0):
                place = chooser.randrange(len(waiting))
                old, choices = waiting[place]
                self.queue.put((index, twin(old, choices.pop())))
                if not choices:
                    waiting.pop(place)

    def set_mix(self, mix, restless, few):
        """Change the shares of clips with 0, 1 and 2 shapes, their cameras and lengths, from the next drawn one on."""
        self.mix[:] = [*mix, float(restless), float(few)]

    def next(self):
        """(index to resume from, batch)."""
        return self.queue.get()
