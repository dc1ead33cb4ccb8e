"""Reads what the program says it asked of the engine and committed. README.md tells what is expected of it."""
import json

MARK = "torture_run"


class Trace:
    """A file that the program appends to, with a line of ours before each of its runs."""

    def __init__(self, path):
        self.path = path
        path.unlink(missing_ok=True)
        self.count = 0

    def begin_run(self):
        with self.path.open("a") as file:
            # A new line first: a kill may have cut off the last one.
            file.write("\n" + json.dumps({"event": MARK}) + "\n")
        self.count = 0

    def size(self):
        return self.path.stat().st_size if self.path.exists() else 0

    def lines(self):
        """How many events the current run has written."""
        return len(self.runs()[-1]) if self.path.exists() else 0

    def runs(self):
        """The events of each run, in the order of the file; a line that was cut off is none."""
        runs = [[]]
        text = self.path.read_text(errors="replace") if self.path.exists() else ""
        for line in text.splitlines():
            try:
                event = json.loads(line)
                kind = event["event"]
                if kind == MARK:
                    runs.append([])
                elif kind in ("engine_begin", "committed"):
                    runs[-1].append((kind, event["window"], event["settings"]))
            except (ValueError, KeyError, TypeError):
                continue
        return runs[1:] or [[]]

    def committed(self):
        """How many windows were committed in all runs."""
        return len({window for run in self.runs() for kind, window, _ in run if kind == "committed"})


def judge(runs):
    """What the runs of one output did: windows that were captioned twice, begun twice in one run, and the most that
    were begun and not committed when a run ended."""
    committed, twice, again, most = set(), set(), set(), 0
    for run in runs:
        begun = {}
        for kind, window, settings in run:
            name = (window, settings)
            if kind == "engine_begin":
                if name in committed:
                    twice.add(window)
                elif name in begun:
                    again.add(window)
                begun[name] = True
            else:
                committed.add(name)
        most = max(most, len(set(begun) - committed))
    return {"twice": sorted(twice), "again": sorted(again), "in_flight": most,
            "begun": sum(kind == "engine_begin" for run in runs for kind, *_ in run),
            "committed": len(committed)}
