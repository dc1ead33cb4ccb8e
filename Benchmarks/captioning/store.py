"""Measurements on the disk, so that a suite may be run in pieces. The suites of captioning and of media share this."""
import hashlib
import json
import os


def key(programs, *numbers):
    """What results belong to: the content of these files, and the setting."""
    digest = hashlib.sha256()
    for program in programs:
        digest.update(program.read_bytes())
    digest.update(repr(numbers).encode())
    return digest.hexdigest()


class Store:
    """What was measured with one program in one setting, by part."""

    def __init__(self, path, belongs_to, repeats):
        self.path = path
        self.key = belongs_to
        self.repeats = repeats
        self.parts = {}

    def load(self):
        """Takes what an earlier call measured with the same program in the same setting."""
        if self.path.exists():
            content = json.loads(self.path.read_text())
            if content["key"] == self.key:
                self.parts = content["parts"]

    def get(self, part, repeat=0):
        return self.parts.get(part, {}).get(str(repeat))

    def put(self, part, result, repeat=0):
        self.parts.setdefault(part, {})[str(repeat)] = result
        other = self.path.with_suffix(".part")
        other.write_text(json.dumps({"key": self.key, "parts": self.parts}, indent=1))
        os.replace(other, self.path)

    def pairs(self, part, other):
        """The results of two parts from the same repeats."""
        found = [(self.get(part, repeat), self.get(other, repeat)) for repeat in range(self.repeats)]
        return [pair for pair in found if None not in pair]
