"""What is tortured, how hard, and where the files are."""
import dataclasses
import hashlib
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Exit codes of docs/command-line.md.
DONE, FAILED, SOME_FAILED, STOPPED = 0, 1, 2, 130
DOCUMENTED = {DONE, FAILED, SOME_FAILED, 64, 75, STOPPED}


@dataclasses.dataclass
class Setting:
    program: pathlib.Path
    folder: pathlib.Path
    quick: bool = False
    seed: int = 1
    kills: int | None = None

    def __post_init__(self):
        self.program, self.folder = self.program.resolve(), self.folder.resolve()
        self.deps = pathlib.Path(os.environ.get("SHOTLIST_DEPS", ROOT / ".deps")).resolve()

    @property
    def results(self):
        return self.folder / f"results-{'quick' if self.quick else 'whole'}.jsonl"

    @property
    def key(self):
        """What results belong to: the program's bytes and the setting."""
        digest = hashlib.sha256(self.program.read_bytes())
        digest.update(repr((self.quick, self.seed)).encode())
        return digest.hexdigest()

    def either(self, whole, quick):
        return quick if self.quick else whole

    def part(self, name):
        """The folder of a part, made."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def temporary(self):
        """Where the program may put temporary files, so that what it leaves there is seen."""
        return self.part("tmp")
