"""The suite's videos, cut without encoding anew from what scripts/bench-footage.sh makes: 1280x720, 25 frames a second."""
import os
import shutil
import subprocess
import sys

#: Seconds of a clip, by default.
CLIP = 10
#: The file that they are cut from has so many clips.
MOST_CLIPS = 60


def videos(bench, count, seconds):
    """A folder with so many videos of this length, which are one file under many names: each is a task."""
    folder = bench / "ray" / f"videos-{count}-{seconds}"
    if not folder.is_dir():
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        command = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-i", bench / "minutes-10.mp4", "-c", "copy",
                   "-t", str(seconds), part / "000.mp4"]
        if subprocess.run(command).returncode != 0:
            sys.exit("bench-ray: ffmpeg could not cut a video.")
        for number in range(1, count):
            os.link(part / "000.mp4", part / f"{number:03}.mp4")
        part.rename(folder)
    return folder
