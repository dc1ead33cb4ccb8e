"""Still pictures to film: photographs, frames of real footage, and procedural textures."""

import glob
import os

import cv2
import numpy as np

PHOTO_SIDE = 900
# Which part of each real video may be used as still pictures; the rest, and all of carphone, stays unseen.
FOOTAGE_SHARE = {"bikes.mp4": 0.4, "bigbuckbunny.mp4": 0.4}


def _shrink(image, side=PHOTO_SIDE):
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _photographs(folder):
    files = sorted(f for e in ("jpg", "png", "webp") for f in glob.glob(f"{folder}/**/*.{e}", recursive=True))
    for file in files:
        image = cv2.imread(file, cv2.IMREAD_COLOR) if os.path.getsize(file) > 60_000 else None
        if image is not None and min(image.shape[:2]) >= 300:
            yield _shrink(image)[:, :, ::-1]


def _footage_stills(folder):
    for name, share in FOOTAGE_SHARE.items():
        for file in glob.glob(f"{folder}/**/{name}", recursive=True):
            video = cv2.VideoCapture(file)
            last = int(video.get(cv2.CAP_PROP_FRAME_COUNT) * share)
            for index in range(0, last, 12):
                video.set(cv2.CAP_PROP_POS_FRAMES, index)
                ok, image = video.read()
                if ok:
                    yield _shrink(image)[:, :, ::-1]
            video.release()


def load_pictures(sources, cache):
    """Every real picture below `sources` as RGB arrays with the longer side at most 900; cached as one .npz file."""
    if not os.path.exists(cache):
        pictures = [np.ascontiguousarray(p) for p in [*_photographs(sources), *_footage_stills(sources)]]
        partial = cache + ".part.npz"
        np.savez(partial, *pictures)
        os.replace(partial, cache)
    with np.load(cache) as data:
        return [data[name] for name in data.files]


def _noise(rng, side, cells, channels):
    grid = rng.random((cells, cells, channels)).astype(np.float32)
    return cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC).reshape(side, side, channels)


def _plain(rng, side):
    colour = rng.random(3) * 255
    return np.full((side, side, 3), colour, np.float32)


def _clouds(rng, side):
    out = np.zeros((side, side, 3), np.float32)
    weight, cells = 1.0, int(rng.integers(3, 8))
    coloured = 3 if rng.random() < 0.4 else 1
    while cells < side // 4:
        out += weight * _noise(rng, side, cells, coloured)
        weight *= rng.uniform(0.45, 0.75)
        cells = int(cells * 2.1)
    out -= out.min()
    out /= out.max() + 1e-6
    low, high = rng.random(3) * 255, rng.random(3) * 255
    return low + (high - low) * out


def _gradient(rng, side):
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    ramp = np.clip(0.5 + np.cos(angle) * x + np.sin(angle) * y, 0, 1)[:, :, None]
    low, high = rng.random(3) * 255, rng.random(3) * 255
    return low + (high - low) * ramp


def _stripes(rng, side):
    angle, period = rng.uniform(0, np.pi), rng.uniform(14, 70)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    wave = np.sin((np.cos(angle) * x + np.sin(angle) * y) * 2 * np.pi / period)
    ramp = np.clip(0.5 + wave * rng.uniform(0.5, 3), 0, 1)[:, :, None]
    low = rng.random(3) * 255
    return low + (rng.random(3) * 255 - low) * rng.uniform(0.2, 0.8) * ramp


def _checkers(rng, side):
    cell = rng.uniform(14, 50)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    ramp = ((np.floor(x / cell) + np.floor(y / cell)) % 2)[:, :, None]
    low = rng.random(3) * 255
    return low + (rng.random(3) * 255 - low) * rng.uniform(0.2, 0.8) * ramp


def _blobs(rng, side):
    out = np.ascontiguousarray(_plain(rng, side))
    for _ in range(int(rng.integers(20, 70))):
        centre = tuple(int(v) for v in rng.integers(0, side, 2))
        axes = tuple(int(v) for v in rng.integers(5, 60, 2))
        colour = out[0, 0] + rng.normal(0, 45, 3)
        cv2.ellipse(out, centre, axes, float(rng.uniform(0, 180)), 0, 360, tuple(float(c) for c in colour), -1)
    return cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.5, 4)))


_TEXTURES = [_clouds, _gradient, _stripes, _checkers, _blobs]


def texture(rng, side, plain):
    """A procedural picture of `side` x `side` (RGB float); `plain` allows ones without structure to follow."""
    if plain and rng.random() < 0.2:
        return np.ascontiguousarray(_plain(rng, side))
    shares = [0.5, 0.1, 0.12, 0.08, 0.2] if plain else [0.5, 0.0, 0.12, 0.08, 0.3]
    picture = _TEXTURES[int(rng.choice(5, p=shares))](rng, side)
    if not plain:
        picture = picture + 18 * (_noise(rng, side, side // 6, 1) - 0.5)
    return np.clip(picture, 0, 255).astype(np.float32)
