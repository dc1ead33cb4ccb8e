"""The suite's videos, made of what scripts/bench-footage.sh makes of the real footage. Each is in a folder of its own.

All are H.264 in mp4, 1280x720 with 25 frames a second where nothing else is said, and have no sound.
"""
import os
import shutil

from captioning import process
from captioning.footage import ffmpeg

H264 = ("-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", 21, "-pix_fmt", "yuv420p")
# So many different clips are cut for the part with many clips.
DIFFERENT = 10
# Seconds of video in each folder of `length`, at least.
LENGTH_SECONDS = 40


def keys(seconds):
    """Options for a key frame so often."""
    return ("-force_key_frames", f"expr:gte(t,n_forced*{seconds})")


def made(folder, fill):
    """The folder, filled under another name first, so that one that is there is whole."""
    if not folder.is_dir():
        process.say(f"making {folder.name}")
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        fill(part)
        part.rename(folder)
    return folder


def clips(folder):
    return sorted(folder.glob("*.mp4"))


def linked(folder, sources):
    """A folder with hard links to these files, which may come several times."""
    def fill(part):
        for number, source in enumerate(sources):
            os.link(source, part / f"{number:04}.mp4")
    return made(folder, fill)


def cut(source, seconds, part, *options):
    """Cuts at key frames without encoding anew."""
    ffmpeg(*options, "-i", source, "-c", "copy", "-f", "segment", "-segment_time", seconds, "-reset_timestamps", 1,
           part / "%04d.mp4")


def single(setting, count=12):
    """Clips of 10 s: 250 frames, one window each. Of the 60 clips of the 10-minute file nine are different."""
    pieces = clips(made(setting.folder / "pieces", lambda part: cut(setting.bench / "minutes-10.mp4", 10, part)))
    return linked(setting.folder / f"single-{count}", [pieces[index * len(pieces) // count] for index in range(count)])


def many(setting):
    """One clip of 80 s with 10 frames a second: 800 frames, three windows."""
    return made(setting.folder / "many", lambda part: ffmpeg(
        "-stream_loop", -1, "-i", setting.bench / "base.mp4", "-vf", "fps=10", "-frames:v", 800, *H264, *keys(2),
        part / "0000.mp4"))


def length(setting, seconds):
    """Clips of one length, all from one file of 20 s, again and again: one clip, or several until they are 40 s."""
    # A key frame every 2.5 s, so that clips of 5 s can be cut from it.
    base = made(setting.folder / "twenty", lambda part: ffmpeg(
        "-stream_loop", -1, "-i", setting.bench / "base.mp4", "-frames:v", 500, *H264, *keys(2.5), part / "0000.mp4"))
    total = max(seconds, LENGTH_SECONDS)
    folder = made(setting.folder / f"length-{seconds}", lambda part: cut(
        base / "0000.mp4", seconds, part, "-stream_loop", total // 20 - 1))
    if len(clips(folder)) != total // seconds:
        process.fail(f"{folder} has {len(clips(folder))} clips instead of {total // seconds}.")
    return folder


def small(setting, count):
    """So many clips of 320x180, 4 s each, of which ten are different."""
    def fill(part):
        for number in range(DIFFERENT):
            ffmpeg("-ss", number * 1.4, "-i", setting.bench / "base.mp4", "-vf", "scale=320:180:flags=bicubic",
                   "-frames:v", 100, *H264, *keys(2), part / f"{number:04}.mp4")
    pieces = clips(made(setting.folder / "small", fill))
    return linked(setting.folder / f"small-{count}", [pieces[index % DIFFERENT] for index in range(count)])


def long(setting, seconds):
    """A file of 3840x2160 of this length: 8 s again and again, at 1.5 Mbit a second, easy to decode."""
    piece = made(setting.folder / "piece-2160", lambda part: ffmpeg(
        "-i", setting.bench / "base.mp4", "-vf", "scale=3840:2160:flags=bicubic", "-frames:v", 200, "-an", "-c:v",
        "libx264", "-preset", "veryfast", "-tune", "fastdecode", "-b:v", "1500k", "-maxrate", "1500k", "-bufsize",
        "3000k", "-pix_fmt", "yuv420p", *keys(2), part / "0000.mp4"))
    return made(setting.folder / f"long-{seconds}", lambda part: ffmpeg(
        "-stream_loop", -1, "-i", piece / "0000.mp4", "-c", "copy", "-t", seconds, part / "0000.mp4"))
