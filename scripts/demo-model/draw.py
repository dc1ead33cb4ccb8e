"""Draws held-out clips as mp4 files with a JSON file of what is true of them; seeds no training clip has."""

import argparse
import json
import os
import subprocess

import numpy as np

from frames_sizes import SIZES
from pictures import load_pictures
from scene import SceneMaker, Wish

SEED = 770_000
RATE, SCALE = 12, 2
SAMPLED_EACH_SECOND = 2


def write_video(path, frames):
    """`frames` (T, H, W, 3, RGB) as H.264 in MP4."""
    _, height, width, _ = frames.shape
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
               "-s", f"{width}x{height}", "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf",
               "20", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_range", "tv", "-vf",
               "scale=out_color_matrix=bt709", "-threads", "1", path]
    subprocess.run(command, input=np.ascontiguousarray(frames).tobytes(), check=True)


def draw_clip(pictures, number, shapes):
    """Clip `number` of the held-out series: (frames, facts)."""
    rng = np.random.default_rng([SEED, number])
    height, width, _ = SIZES[rng.choice(len(SIZES), p=[s[2] for s in SIZES])]
    sampled = 2 * int(rng.integers(3, 10))
    count = min(255, int(sampled / SAMPLED_EACH_SECOND * RATE))
    clip = SceneMaker(rng, pictures).draw(Wish(shapes), sampled, height * SCALE, width * SCALE, count)
    return clip.frames, clip.facts()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", required=True, help="folder with photographs and real footage")
    parser.add_argument("--cache", required=True, help="file to keep the decoded pictures in (.npz)")
    parser.add_argument("--out", required=True, help="folder for the clips and labels.json")
    parser.add_argument("--counts", type=int, nargs=3, default=[200, 300, 200], metavar=("PLAIN", "ONE", "TWO"),
                        help="how many clips with no, one and two shapes")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    pictures = load_pictures(options.sources, options.cache)
    labels, number = {}, 0
    for shapes, count in enumerate(options.counts):
        for index in range(count):
            name = f"shapes{shapes}-{index:03d}.mp4"
            frames, labels[name] = draw_clip(pictures, number := number + 1, shapes)
            write_video(os.path.join(options.out, name), frames)
    with open(os.path.join(options.out, "labels.json"), "w") as file:
        json.dump(labels, file, indent=1)


if __name__ == "__main__":
    main()
