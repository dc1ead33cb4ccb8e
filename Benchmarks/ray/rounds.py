"""Both comparisons: each side does the same videos, in turn, in changing order.

usage: rounds.py PLAN   (JSON; main.py makes it, and starts this on the core that is Ray's)

The last line is JSON.
"""
import json
import math
import pathlib
import shutil
import statistics
import sys

import footage
import local
import sides
from children import say


class Rounds:
    def __init__(self, plan):
        self.plan, self.cores = plan, plan["cores"]
        self.bench = pathlib.Path(plan["bench"])
        self.runs = {side: [] for side in plan["sides"]}
        self.fixed = {side: [] for side in plan["sides"] if side != "two"}
        self.captions = None
        self.different = 0

    def measure(self):
        small = footage.videos(self.bench, 1, 2)
        seconds = self.task_length(small)
        work = footage.videos(self.bench, self.plan["tasks"], seconds)
        # Nobody's first start is counted: it brings the programs and Ray's modules into the system's cache.
        for side in self.fixed:
            self.run(side, small)
        for repeat in range(self.plan["repeats"]):
            names = self.plan["sides"][:: -1 if repeat % 2 else 1]
            for side in [name for name in names if name in self.fixed]:
                self.fixed[side].append(self.run(side, small))
            for side in names:
                say(f"round {repeat + 1} of {self.plan['repeats']}: {side}")
                self.runs[side].append(self.compare(self.run(side, work)))
        return self.told(seconds)

    def task_length(self, small):
        """Seconds of video on which one thread works for as long as a task is to take."""
        few = footage.videos(self.bench, 1, 6 * footage.CLIP)
        # By processor time, so that what else the machine does at this moment makes no task shorter.
        begin, whole = (self.run("process", videos).processor for videos in (small, few))
        each = max(whole - begin, 0.1) / 6
        clips = min(footage.MOST_CLIPS, math.ceil(self.plan["task_seconds"] / each))
        say(f"a clip takes {each:.2f} s, so that a task has {clips} of them")
        return clips * footage.CLIP

    def run(self, side, videos):
        folder = self.bench / "ray" / "output"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder.with_suffix(".program"), ignore_errors=True)
        if side == "process":
            return sides.one_process(self.plan["program"], videos, folder, self.cores)
        return sides.on_ray(self.plan["program"], videos, folder, self.cores, 1 if side == "one" else 2)

    def compare(self, run):
        """The run, which must have done the same windows as the others. Captions that are not the same are counted."""
        self.captions = self.captions or run.captions
        if run.captions.keys() != self.captions.keys():
            sys.exit(f"bench-ray: there are {len(run.captions)} windows and {len(self.captions)} in another run.")
        self.different += sum(run.captions[key] != text for key, text in self.captions.items())
        return run

    def told(self, length):
        seconds = {side: [run.seconds for run in runs] for side, runs in self.runs.items()}
        fixed = {side: [run.seconds for run in runs] for side, runs in self.fixed.items()}
        ratios = {}
        if "process" in seconds:
            ratios["overhead"] = _ratios(seconds["one"], seconds["process"])
            # What is left when the time of one short clip is taken from both: what grows with the work.
            growing = {side: [whole - statistics.median(fixed[side]) for whole in seconds[side]] for side in ("one", "process")}
            ratios["growing"] = _ratios(growing["one"], growing["process"])
        if "two" in seconds:
            ratios["two_workers"] = _ratios(seconds["one"], seconds["two"])
        return {
            "ratios": ratios, "seconds": seconds, "fixed": fixed, "tasks": self.plan["tasks"], "video_seconds": length,
            "windows": len(self.captions), "different": self.different,
            "beside": {side: [run.beside for run in runs] for side, runs in self.runs.items()},
        }


def _ratios(over, under):
    return [one / other for one, other in zip(over, under)]


def main():
    rounds = Rounds(json.loads(sys.argv[1]))
    with local.started(cpus=2):
        told = rounds.measure()
    print(json.dumps(told))


main()
