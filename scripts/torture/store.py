"""Results on the disk, a line each as they come, so that the suite may be stopped and goes on."""
import json
import os


class Store:
    """What came of each unit of each part, with one program in one setting."""

    def __init__(self, path, key, resume):
        self.path, self.key = path, key
        self.parts = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if resume:
            self.load()
        # What belongs to another program, and a line that was cut off, are left out of the new file.
        other = path.with_suffix(".part")
        other.write_text("".join(self.line(part, unit, result) for part, units in self.parts.items()
                                 for unit, result in units.items()))
        os.replace(other, path)

    def load(self):
        if not self.path.exists():
            return
        for text in self.path.read_text(errors="replace").splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if line.get("key") == self.key:
                self.parts.setdefault(line["part"], {})[line["unit"]] = line["result"]

    def line(self, part, unit, result):
        return json.dumps({"key": self.key, "part": part, "unit": unit, "result": result}) + "\n"

    def get(self, part, unit):
        return self.parts.get(part, {}).get(unit)

    def put(self, part, unit, result):
        self.parts.setdefault(part, {})[unit] = result
        with self.path.open("a") as file:
            file.write(self.line(part, unit, result))
            file.flush()
            os.fsync(file.fileno())
        return result
