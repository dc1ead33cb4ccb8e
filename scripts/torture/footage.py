"""The videos that runs are given, made of the real footage with ffmpeg; each is made once."""
import os

import process

QUIET = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
X264 = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-an"]


def ffmpeg(*options):
    """Runs ffmpeg; the last option is the file, which has its name only when it is whole."""
    *options, path = options
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(".part-" + path.name)
    process.tool([*QUIET, *options, "-bitexact", part])
    os.replace(part, path)
    return path


def small(setting, count):
    """`count` videos of 5 s, in folders and three containers: each has two clips of three windows with
    `shotlist.CAPTIONS`."""
    folder = setting.folder / f"videos-{count}"
    for number in range(count):
        ending = ("mp4", "mkv", "mov")[number % 3]
        hue = f"fps=25,scale=320:136:force_original_aspect_ratio=increase,crop=320:136,setsar=1,hue=h={30 * number}"
        ffmpeg("-stream_loop", "-1", "-ss", f"{number % 5}", "-i",
               setting.deps / "footage" / ("bikes.mp4" if number % 2 else "bigbuckbunny.mp4"), "-t", "5", "-vf", hue,
               *X264, "-g", "25", folder / f"set{number % 3}" / f"{number:02}.{ending}")
    return folder


def many(setting, videos):
    """`videos` files of 10 s, small: each 50 clips of 5 frames, all with different pictures."""
    folder = setting.folder / f"many-{videos}"
    if not folder.exists():
        base = ffmpeg("-i", setting.deps / "footage" / "bikes.mp4", "-vf", "scale=96:64,setsar=1", "-c:v", "ffv1",
                      "-an", setting.folder / "many-base.mkv")
        part = folder.with_name(folder.name + ".part")
        part.mkdir(parents=True, exist_ok=True)
        process.tool([*QUIET, "-stream_loop", "-1", "-i", base, "-frames:v", 250 * videos, "-vf",
                      "setpts=N/25/TB,hue=h=n/7", *X264, "-g", "5", "-bitexact", "-f", "segment", "-segment_time", "10",
                      "-reset_timestamps", "1", part / "%04d.mp4"], limit=1200)
        os.replace(part, folder)
    return folder
