#!/usr/bin/env python3
"""Hold our previews against NeMo Curator's own, of the same windows of the same files: the same picture at every moment?

usage: compare_previews.py SHOTLIST VIDEO...     one JSON line for each window, then one for all

SSIM is that of Wang et al. 2004 on luma (BT.601), Gaussian windows of 11 pixels with sigma 1.5. Both previews are looked at
every 100 ms of the longer one. Where theirs has an odd width, ours has a column less; what both have is compared.
"""
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
from loguru import logger
from nemo_curator.stages.video.preview.preview import PreviewStage
from nemo_curator.tasks.video import _Window
from nemo_curator.utils.windowing_utils import split_video_into_windows
from PIL import Image

STEP_MS = 100


def theirs(path):
    """NeMo Curator's previews by window, such as {"0_249": bytes}; nothing where it makes none."""
    stage = PreviewStage(target_fps=1.0, target_height=240, compression_level=6, quality=50, num_cpus_per_worker=2.0)
    try:
        mp4s, _, spans = split_video_into_windows(path.read_bytes(), window_size=256, remainder_threshold=128, sampling_fps=2.0,
                                                  return_bytes=True, num_threads=2)
    except Exception as error:
        print(f"{path.name}: NeMo Curator makes no windows: {error}", file=sys.stderr)
        return {}
    found = {}
    for mp4, span in zip(mp4s, spans, strict=True):
        window = _Window(span.start, span.end, mp4_bytes=mp4)
        stage._generate_preview(window)
        if window.webp_bytes:
            found[f"{span.start}_{span.end}"] = window.webp_bytes
    return found


def ours(shotlist, path):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([shotlist, "preview", str(path), "-o", folder], check=True, stdout=subprocess.DEVNULL)
        return {file.stem: file.read_bytes() for file in pathlib.Path(folder).glob("*.webp")}


def pictures(webp):
    """Each picture as luma, and how long it is shown in milliseconds."""
    image, found = Image.open(io.BytesIO(webp)), []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        found.append((numpy.asarray(image.convert("L"), dtype=numpy.float64), image.info.get("duration") or 1000))
    return found


def at(found, moment):
    for picture, duration in found:
        if moment < duration:
            return picture
        moment -= duration
    return found[-1][0]


def blurred(values):
    kernel = numpy.exp(-((numpy.arange(11) - 5) ** 2) / (2 * 1.5 ** 2))
    kernel /= kernel.sum()
    rows = numpy.apply_along_axis(numpy.convolve, 1, values, kernel, "valid")
    return numpy.apply_along_axis(numpy.convolve, 0, rows, kernel, "valid")


def ssim(one, other):
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    one, other = one[:height, :width], other[:height, :width]
    mean_one, mean_other = blurred(one), blurred(other)
    square_one, square_other = blurred(one * one) - mean_one ** 2, blurred(other * other) - mean_other ** 2
    both = blurred(one * other) - mean_one * mean_other
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = ((2 * mean_one * mean_other + c1) * (2 * both + c2)) / (
        (mean_one ** 2 + mean_other ** 2 + c1) * (square_one + square_other + c2))
    return float(values.mean())


def compare(one, other):
    """SSIM at each moment; the same two pictures are compared once."""
    seen, found = {}, []
    length = max(sum(duration for _, duration in side) for side in (one, other))
    for moment in range(0, length, STEP_MS):
        pair = at(one, moment), at(other, moment)
        key = id(pair[0]), id(pair[1])
        if key not in seen:
            seen[key] = ssim(*pair)
        found.append(seen[key])
    return found


def main():
    logger.remove()
    shotlist, videos = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
    everything, bytes_ours, bytes_theirs, unlike = [], 0, 0, 0
    for path in videos:
        expected = theirs(path)
        if not expected:
            continue
        drawn = ours(shotlist, path)
        for window, webp in expected.items():
            if window not in drawn:
                print(f"{path.name}: NeMo Curator has a window {window}, ours are {sorted(drawn)}", file=sys.stderr)
                continue
            one, other = pictures(drawn[window]), pictures(webp)
            sizes = one[0][0].shape, other[0][0].shape
            values = compare(one, other)
            everything += values
            bytes_ours, bytes_theirs = bytes_ours + len(drawn[window]), bytes_theirs + len(webp)
            unlike += any(abs(a - b) > 1 for a, b in zip(*sizes))
            print(json.dumps({"file": path.name, "window": window, "ssim": round(min(values), 4), "mean": round(sum(values) / len(values), 4),
                              "bytes": [len(drawn[window]), len(webp)],
                              "milliseconds": [sum(d for _, d in side) for side in (one, other)],
                              "sizes": [list(size[::-1]) for size in sizes]}), flush=True)
    print(json.dumps({"lowest": round(min(everything), 4), "mean": round(sum(everything) / len(everything), 4),
                      "bytes": [bytes_ours, bytes_theirs], "sizes_off": unlike}))


main()
