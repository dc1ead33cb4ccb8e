"""Codecs and sizes, ours and the floor: one clip of 8 s each, 4 s where it is 2160p, made of the real footage."""
import statistics

from captioning import process
from captioning.footage import ffmpeg

from . import footage
from .sides import in_turn

# What encodes them, each as fast as it can.
ENCODERS = {
    "h264": ("libx264", "-preset", "veryfast", "-crf", 23),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", 26, "-x265-params", "log-level=error", "-tag:v", "hvc1"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", 8, "-row-mt", 1, "-crf", 34, "-b:v", 0),
    "av1": ("libsvtav1", "-preset", 12, "-crf", 38)}
SIZES = {720: (1280, 8), 1080: (1920, 8), 2160: (3840, 4)}


def clip(setting, codec, height):
    width, seconds = SIZES[height]
    return footage.made(setting.folder / f"{codec}-{height}", lambda part: ffmpeg(
        "-i", setting.bench / "base.mp4", "-vf", f"scale={width}:{height}:flags=bicubic", "-frames:v", seconds * 25,
        "-an", "-pix_fmt", "yuv420p", "-g", 50, "-threads", setting.threads, "-c:v", *ENCODERS[codec],
        part / "0000.mp4"))


def measure(setting, sides, repeats):
    """Seconds of both sides for each codec and size, and the ratio of each pair: ours over the floor's."""
    found = {"busy": 0}
    for codec in ENCODERS:
        for height in (720, 1080) if setting.quick else SIZES:
            folder = clip(setting, codec, height)
            found["busy"] = max(found["busy"], process.announce(f"{codec}, {height}p"))
            sides.ours(folder), sides.floor(folder)
            pairs = [in_turn({"floor": lambda: sides.floor(folder), "ours": lambda: sides.ours(folder)}, repeat)
                     for repeat in range(repeats)]
            found[f"{codec} {height}"] = {
                **{side: statistics.median(pair[side]["seconds"] for pair in pairs) for side in ("ours", "floor")},
                "ratios": [pair["ours"]["seconds"] / pair["floor"]["seconds"] for pair in pairs]}
    return found
