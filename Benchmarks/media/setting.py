"""What is measured, with what, and where the files are."""
import dataclasses
import pathlib

from captioning import store

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass
class Setting:
    # MediaBench, media_floor, and a Python that has NeMo Curator.
    program: pathlib.Path
    floor: pathlib.Path
    python: pathlib.Path
    # Where scripts/bench-footage.sh puts its files.
    bench: pathlib.Path
    quick: bool = False
    threads: int = 2
    # Ours reads videos in processes of their own, as the command does.
    isolated: bool = True

    @property
    def folder(self):
        return self.bench / "media"

    @property
    def nemo(self):
        return ROOT / "Benchmarks" / "peers" / "nemo_media.py"

    @property
    def results(self):
        place = "" if self.isolated else "-one-process"
        return self.folder / f"results-{'quick' if self.quick else 'whole'}{place}.json"

    @property
    def key(self):
        return store.key([self.program, self.floor, self.nemo], self.quick, self.threads, self.isolated)
