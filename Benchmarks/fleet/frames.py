"""The frames that are sent: 16 of 448x224 from the real footage, and two small ones."""
import shutil
import subprocess

from . import programs as running

REAL, SMALL = (448, 224, 16), (112, 56, 2)


def make(programs, video, folder, width, height, count):
    """A folder of JPEG files as the client makes them, and what making them costs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pixels = folder / "frames.rgb"
    subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-i", video, "-vf",
                    f"fps=4,crop=448:224,scale={width}:{height}:flags=bicubic", "-frames:v", str(count), "-f", "rawvideo",
                    "-pix_fmt", "rgb24", pixels], check=True, timeout=120)
    with running.Program([programs / "FleetLoad", "jpeg", pixels, width, height, folder]) as program:
        cost = program.line()
    if cost["frames"] != count:
        running.fail(f"there are {cost['frames']} frames instead of {count}.")
    return {**cost, "pixels": str(pixels)}
