"""Measurements on the disk, so that the suite may be run in pieces."""
import hashlib
import json
import os


class Store:
    """What was measured with one program in one setting, by part."""

    def __init__(self, setting, repeats):
        kind = "tiny" if setting.tiny else "quick" if setting.quick else "whole"
        self.path = setting.folder / f"results-{kind}.json"
        self.key = hashlib.sha256(
            setting.program.read_bytes() + repr((setting.windows, setting.batch, setting.output, setting.threads)).encode()).hexdigest()
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
