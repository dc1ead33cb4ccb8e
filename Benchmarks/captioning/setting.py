"""What is measured, with what, and where the files are."""
import dataclasses
import os
import pathlib
import subprocess

from . import process, store

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# The same words for every side.
SYSTEM = "You are a helpful assistant."
PROMPT = "Describe what happens in this video: who or what is in it, what they do, and how the camera sees it."


@dataclasses.dataclass
class Setting:
    program: pathlib.Path
    quick: bool = False
    # Tries the benchmark itself on the tiny model; its ratios mean nothing.
    tiny: bool = False
    batch: int = 8
    output: int = 64
    threads: int = os.cpu_count() or 1
    windows: int = 16

    def __post_init__(self):
        self.deps = pathlib.Path(os.environ.get("SHOTLIST_DEPS", ROOT / ".deps"))
        self.folder = self.deps / "bench" / "captioning"
        self.models = self.folder / "models"
        self.llama = pathlib.Path(script("scripts/build-llama.sh", "--where"))
        self.peers = self.deps / "llama-peers" / "bin"
        self.python = script("scripts/convert/environment.sh", str(self.deps)).splitlines()[0]

    @property
    def model(self):
        return "captioning-tiny" if self.tiny else "captioning"

    @property
    def results(self):
        kind = "tiny" if self.tiny else "quick" if self.quick else "whole"
        return self.folder / f"results-{kind}.json"

    @property
    def key(self):
        return store.key([self.program], self.windows, self.batch, self.output, self.threads)

    def text(self, name=None):
        return self.models / f"{name or self.model}-q8_0.gguf"

    def projector(self, name=None):
        return self.models / f"{name or self.model}-mmproj-f16.gguf"

    def checkpoint(self):
        return self.models / f"{self.model}-hf"

    def clips(self):
        """The windows to caption, evenly spaced among all, so that few of them are still different pictures."""
        names = [f"{number * 16 // self.windows:02}" for number in range(self.windows)]
        return [self.folder / "windows" / f"{name}.mp4" for name in names]

    def frames(self):
        """The frames of each window: a folder of pictures, and a file with their bytes beside it."""
        return [self.folder / "frames" / clip.stem for clip in self.clips()]

    def videos(self):
        return [self.folder / "videos" / clip.name for clip in self.clips()]

    def limit(self, windows):
        """Seconds after which something has gone wrong, on a machine that does other things, too."""
        return 300 + 150 * windows


def script(*command):
    return subprocess.run([ROOT / command[0], *command[1:]], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def prepare(setting):
    """Makes the models that are missing."""
    maker = ROOT / "scripts" / "real-size" / "make.py"
    process.run([setting.python, "-B", maker, setting.llama, setting.models, "captioning", "captioning-tiny"], limit=900)


def compiled(setting):
    """The program that encodes pairs, built when it is missing or older than its source or llama.cpp."""
    source, target, library = ROOT / "Benchmarks/peers/encode_pairs.cpp", setting.folder / "encode_pairs", setting.deps / "llama"
    inputs = [source, library / "lib" / "libmtmd.a"]
    if not target.exists() or any(target.stat().st_mtime < file.stat().st_mtime for file in inputs):
        part = target.with_name("encode_pairs.part")
        process.run(["c++", "-O2", "-std=c++17", f"-I{library}/include", source, "-o", part, f"-L{library}/lib", "-lmtmd",
                     "-lllama", "-lggml", "-lggml-cpu", "-lggml-base", "-lgomp", "-lpthread"], limit=600)
        part.rename(target)
    return target
