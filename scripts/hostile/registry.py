"""The hostile files: each function that makes one is kept under its name, with what it tries and how it must end."""
import pathlib
import random
import subprocess
import urllib.parse

FILES = {}
# A port on which the tests listen: nobody may come.
PORT = 47113
# The file that is named by many and must not be opened; beside the hostile ones.
OUTSIDE = "outside/secret.mp4"


def hostile(name, tries, outcome):
    """Keeps a function that gives the bytes of the file `name`.

    `outcome` is `refused CODE`: probing fails with that code; `read COUNT`: it has so many frames and all come out;
    `holed COUNT`: it has so many frames and not all come out; `stopped CODE`: probing works and reading frames fails
    with that code. Where builds of FFmpeg may differ, outcomes are parted by `|`."""
    def keep(function):
        assert name not in FILES, f"{name} is there twice"
        FILES[name] = (tries, outcome, function)
        return function
    return keep


def quoted(name):
    """A name as the manifest has it: what is not plain is written as in addresses."""
    return urllib.parse.quote(name, safe=" ,;:()$&'<>=+|@!`{}[]")


# How ffmpeg makes the ordinary files of which hostile ones are made: 24 frames of 128x64.
SCALE = ["-an", "-frames:v", "24", "-vf", "scale=128:64,setsar=1", "-threads", "1"]
X264 = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "baseline", "-x264-params", "threads=1:keyint=12"]
RECIPES = {
    "plain.mp4": X264, "plain.mkv": X264, "plain.ts": X264, "plain.flv": X264,
    "fragments.mp4": [*X264, "-movflags", "frag_keyframe+empty_moov+default_base_moof"],
    "hevc.mp4": [
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=none:frame-threads=1"],
    "vp8.webm": ["-c:v", "libvpx", "-cpu-used", "8", "-auto-alt-ref", "0", "-b:v", "100k"],
    "vp9.webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "100k"],
    "av1.mkv": ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-b:v", "100k"],
    "mpeg2.ts": ["-c:v", "mpeg2video"],
    "jpeg.avi": ["-c:v", "mjpeg", "-q:v", "5"],
    "png.mov": ["-c:v", "png"],
    "prores.mov": ["-c:v", "prores_ks", "-profile:v", "0"],
    "theora.ogg": ["-c:v", "libtheora"],
    "wmv.asf": ["-c:v", "wmv2"],
    "mpeg2.mxf": ["-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-intra_vlc", "1", "-g", "1"],
    "ffv1.mkv": ["-c:v", "ffv1"],
}


class Material:
    """What hostile files are made of."""

    def __init__(self, folder, footage, seed):
        self.folder = pathlib.Path(folder)
        self.footage = footage
        self.seed = seed
        self.outside = str(self.folder / OUTSIDE)

    def random(self, name):
        """Numbers of a file's own, the same in every run."""
        return random.Random(f"{self.seed} {name}")

    def plain(self, name):
        """The bytes of an ordinary file."""
        file = self.folder / "ordinary" / name
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            part = file.with_name("part-" + name)
            self.ffmpeg("-i", self.footage, *SCALE, *RECIPES[name], part)
            part.rename(file)
        return file.read_bytes()

    def ffmpeg(self, *arguments):
        """Runs ffmpeg; version numbers and random ids stay out of the files."""
        *options, target = [str(argument) for argument in arguments]
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *options, "-bitexact", target]
        subprocess.run(command, check=True, timeout=120, stdin=subprocess.DEVNULL)
