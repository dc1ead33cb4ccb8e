"""Thousands of clips of a few frames: when a resume begins, whether memory stays flat, how large the ledger gets."""
import os
import shutil
import time

import footage
import output
import process
import shotlist
import trace

PART = "many"
# Clips of 5 frames, one window each. One token of the demo model stands for a caption, so that thousands take minutes.
OPTIONS = ["--generate-captions", "--captioning-algorithm", "demo", "--captioning-max-output-tokens", "1",
           "--generate-previews", "--preview-target-height", "64", "--fixed-stride-split-duration", "0.2",
           "--fixed-stride-min-clip-length-s", "0.15", "--captioning-window-size", "5",
           "--captioning-remainder-threshold", "4", "--transcode-encoder", "copy"]
CLIPS = 50
# What docs/reliability.md promises: seconds, bytes, how much more the last quarter of a run may hold than the second.
MOST_START, MOST_LEDGER, MOST_GROWTH = 3.0, 1024, 1.10
MOST_ASKED = {"nothing_left": 0, "one_more": CLIPS + 1}
HOURS = 3600


def quarters(memory):
    """The most megabytes that a run held in each quarter of its time."""
    if not memory:
        return []
    end = memory[-1][0]
    return [max((held for at, held in memory if end * part / 4 <= at <= end * (part + 1) / 4), default=0) >> 20
            for part in range(4)]


class Many:
    def __init__(self, setting, store):
        self.setting, self.store, self.folder = setting, store, setting.part(PART)
        count = setting.either(400, 20)
        self.clips = count * CLIPS
        # One video is kept back, to come later.
        self.all = footage.many(setting, count + 1)
        self.videos, self.out = self.folder / "videos", self.folder / "out"
        self.trace = trace.Trace(self.folder / "trace.jsonl")

    def start(self):
        self.trace.begin_run()
        command = shotlist.command(self.setting, self.videos, self.out, *OPTIONS)
        return process.Run(command, self.folder / "run", shotlist.environment(self.setting, self.trace))

    def measured(self, until=None, limit=2 * HOURS):
        """A run: seconds until it asks the engine for its first window, and what it held. It is killed at `until()`."""
        run = self.start()
        size, looked, begin, killed = self.trace.size(), time.monotonic(), None, False

        def is_time_to_kill():
            nonlocal begin, looked
            if begin is None and self.trace.size() > size:
                begin = run.seconds
            if until is None or time.monotonic() < looked + 2:
                return False
            looked = time.monotonic()
            return until()

        with shotlist.watched(run):
            # Looks often until the first window is asked for, then rarely.
            run.wait(limit, lambda: is_time_to_kill() or begin is not None, step=0.002)
            if run.wait(limit, is_time_to_kill, step=0.05):
                killed = True
                run.kill()
        result = {"crashes": 0, "hangs": 0, "failures": []} if killed else shotlist.troubles(run)
        result["asked"] = sum(kind == "engine_begin" for kind, *_ in self.trace.runs()[-1])
        return {**result, "begin_seconds": begin and round(begin, 2), "seconds": round(run.seconds, 2),
                "quarters_mb": quarters(run.memory), "peak_mb": run.peak >> 20}

    def metas(self):
        place = self.out / "metas" / "v0"
        return sum(1 for _ in os.scandir(place)) if place.exists() else 0

    def half(self):
        """A run that is killed when half of the clips are done."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.rmtree(self.videos, ignore_errors=True)
        self.videos.mkdir(parents=True)
        for path in sorted(self.all.iterdir())[:-1]:
            os.link(path, self.videos / path.name)
        self.trace = trace.Trace(self.trace.path)
        return self.measured(lambda: self.metas() > self.clips // 2)

    def resume(self):
        """The resume of it, to its end."""
        found = self.measured()
        ledger = sum(path.stat().st_size for path in (self.out / ".shotlist").rglob("*") if path.is_file())
        windows = len(output.windows(self.out))
        judged = trace.judge(self.trace.runs())
        return {**found, "windows": windows, "ledger_bytes_a_window": round(ledger / max(windows, 1), 1),
                "twice": judged["twice"], "traced": judged["begun"] > 0}

    def nothing_left(self):
        return self.measured()

    def one_more(self):
        """A video comes: how long until its first window is asked, with all others done."""
        last = sorted(self.all.iterdir())[-1]
        if not (self.videos / last.name).exists():
            os.link(last, self.videos / last.name)
        return self.measured()


def judge(name, result, clips):
    """Holds a measurement against what is promised."""
    wrong = []
    begin = result["seconds"] if name == "nothing_left" else result["begin_seconds"]
    if name != "half" and begin is None:
        wrong.append("when it began is not known, since the program traced nothing")
    elif name != "half" and begin > MOST_START:
        wrong.append(f"a resume took {begin} s to begin, more than {MOST_START:g}")
    # A video has 50 clips, and may have a last one of a frame or two.
    if name in MOST_ASKED and result["asked"] > MOST_ASKED[name]:
        wrong.append(f"the engine was asked for {result['asked']} windows, at most {MOST_ASKED[name]} are new")
    if name in ("half", "resume") and len(result["quarters_mb"]) == 4:
        second, last = result["quarters_mb"][1], result["quarters_mb"][3]
        if last > MOST_GROWTH * second:
            wrong.append(f"memory grew from {second} MB in the second quarter to {last} MB in the last")
    if name == "resume":
        if result["windows"] < clips:
            wrong.append(f"{result['windows']} windows came of {clips} clips")
        if not result["ledger_bytes_a_window"]:
            wrong.append("there is no ledger")
        if result["ledger_bytes_a_window"] > MOST_LEDGER:
            wrong.append(f"the ledger has {result['ledger_bytes_a_window']} bytes a window, more than {MOST_LEDGER}")
    return wrong


def measure(setting, store):
    many = Many(setting, store)
    done = True
    # What is later builds on what the earlier one left behind: it is done anew with it.
    for name in ("half", "resume", "nothing_left", "one_more"):
        done = done and store.get(PART, name) is not None and many.out.exists()
        if not done:
            result = getattr(many, name)()
            result["failures"] += judge(name, result, many.clips)
            store.put(PART, name, result)
        result = store.get(PART, name)
        process.say(f"{many.clips} clips, {name}: begins after {result['begin_seconds']} s, {result['seconds']} s, "
                    f"{result['quarters_mb']} MB" + (f"; {result['failures'][0]}" if result["failures"] else ""))
