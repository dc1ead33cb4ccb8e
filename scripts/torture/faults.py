"""Runs whose writes fail: a full disk, a broken one, one that is read-only, writes that are cut short, a dead worker.

Each is followed by a run without faults, after which the output must be that of an undisturbed run."""
import json
import pathlib
import random
import shutil
import signal
import struct
import sys
import time

import fault_plans
import footage
import output
import process
import sentences
import shotlist
from setting import DONE, FAILED, SOME_FAILED, STOPPED

PART = "faults"
HERE = pathlib.Path(__file__).parent
# A run that says that the disk is full and waits for room is left alone for so long.
PATIENCE = 20
DISKS = ("full 0.2", "full 0.5", "full 0.9", "read-only new", "read-only half")


class Cases:
    def __init__(self, setting, store):
        self.setting, self.store, self.folder = setting, store, setting.part(PART)
        self.out, self.report = self.folder / "out", self.folder / "report.txt"
        self.videos, self.shim = footage.small(setting, 3), self.folder / "faults.so"
        process.tool(["cc", "-O2", "-shared", "-fPIC", "-o", self.shim, HERE / "faults.c", "-ldl", "-pthread"])
        self.reference, self.known = shotlist.undisturbed(setting, store, PART, self.videos, self.folder)
        self.limit = 60 + 10 * self.known["seconds"]

    def start(self, options=(), environment=None):
        command = shotlist.command(self.setting, self.videos, self.out, *shotlist.CAPTIONS, *options)
        return process.Run(command, self.folder / "run", shotlist.environment(self.setting, **(environment or {})))

    def told(self, plan):
        """The environment that makes calls fail as planned."""
        self.report.unlink(missing_ok=True)
        counts = self.folder / "counts"
        counts.unlink(missing_ok=True)
        fixed = {"BELOW": self.out, "REPORT": self.report, "COUNTS": counts}
        found = {f"TORTURE_{name}": str(value) for name, value in {**fixed, **plan}.items()}
        return {"LD_PRELOAD": str(self.shim), **found}

    def counts(self, focus):
        """How often a run makes each call, by a run in which none fails."""
        unit = f"counts {focus}"
        if not self.store.get(PART, unit):
            shutil.rmtree(self.out, ignore_errors=True)
            with shotlist.watched(self.start(environment=self.told({"NAME": fault_plans.FOCUSES[focus]}))) as run:
                run.wait(self.limit)
            found = shotlist.troubles(run)
            numbers = struct.unpack("6Q", (self.folder / "counts").read_bytes())
            if not any(numbers):
                found["failures"].append(f"a run made no call that the shim could make fail ({focus})")
            self.store.put(PART, unit, {**found, "counts": dict(zip(fault_plans.CALLS, numbers))})
        return self.store.get(PART, unit)["counts"]

    def play(self, plan):
        """One case of the shim."""
        shutil.rmtree(self.out, ignore_errors=True)
        result = {"crashes": 0, "hangs": 0, "failures": [], "paused": False}
        with shotlist.watched(self.start(environment=self.told(plan))) as run:
            self.wait_or_stop(run, result)
        report = self.report.read_text(errors="replace") if self.report.exists() else ""
        result.update(code=run.code, injected=len(report.splitlines()))
        wrong = shotlist.troubles(run, (DONE, FAILED, SOME_FAILED, STOPPED)[:4 if result["paused"] else 3])
        shotlist.add(result, wrong)
        if not wrong["failures"] and not result["paused"]:
            result["failures"] += sentences.judge(run, self.out, self.reference)
        if plan["FAULT"] == "short" and run.code != DONE:
            result["failures"].append(f"writes that were cut short ended a run with {run.code}")
        if fault_plans.must_hurt(plan) and result["injected"] and run.code == DONE:
            result["failures"].append("calls went on failing, and the run ended with 0: the shim does not work")
        return shotlist.mend(self, result)

    def wait_or_stop(self, run, result):
        """Waits for the end of a run. One that waits for room on the disk, as it may, is asked to stop."""
        ending = PATIENCE + 3 * self.known["seconds"]
        if run.wait(self.limit, lambda: run.seconds > ending) and sentences.speaks_of_disk(run.said()):
            result["paused"] = True
            run.signal(signal.SIGTERM)
            run.wait(run.seconds + 15)
        run.wait(self.limit)

    def worker(self, number):
        """Kills a child of a run, which is to go on without it."""
        shutil.rmtree(self.out, ignore_errors=True)
        result, killed = {"crashes": 0, "hangs": 0, "failures": []}, None
        pause = random.Random(f"{self.setting.seed} worker {number}").uniform(0.2, 0.8) * self.known["seconds"]
        with shotlist.watched(self.start()) as run:
            run.wait(self.limit, lambda: run.seconds > pause)
            while run.code is None and not killed and run.seconds < pause + 5:
                killed = min(process.family(run.pid) - {run.pid}, default=None)
                if killed:
                    process.kill(killed)
                time.sleep(0.005)
            run.wait(self.limit)
        if not killed:
            return {**result, "lost": [], "beside": [], "failures": ["the program had no worker process to kill"]}
        shotlist.add(result, shotlist.troubles(run, (DONE, SOME_FAILED)))
        return shotlist.mend(self, {**result, "code": run.code, "injected": 1})

    def disk(self, case):
        """A case of a real file system, in a process that may mount."""
        request = {"case": case, "program": self.setting.program, "folder": self.setting.folder, "videos": self.videos,
                   "out": self.out, "reference": self.reference}
        words = json.dumps({**{name: str(value) for name, value in request.items()}, "limit": self.limit})
        shutil.rmtree(self.out, ignore_errors=True)
        command = [*mounting(self.folder), sys.executable, "-B", HERE / "disks.py", words]
        run = process.run(command, self.folder / "disk", 4 * self.limit)
        found = shotlist.troubles(run)
        if found["failures"]:
            return {**found, "lost": [], "beside": []}
        return json.loads(run.printed().splitlines()[-1])


def mounting(folder):
    """What lets a command mount something that goes away with it; nothing where root may mount, but may make no name
    spaces, as below a changed root."""
    for words in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        if process.run([*words, "true"], folder / "mounting", 20).code == 0:
            return words
    return []


def measure(setting, store):
    cases = Cases(setting, store)
    plans = fault_plans.draw(setting.seed, {focus: cases.counts(focus) for focus in fault_plans.FOCUSES})
    work = {name: lambda plan=plan: cases.play(plan) for name, plan in list(plans.items())[:setting.either(None, 12)]}
    disks = DISKS[1::2] if setting.quick else DISKS
    work |= {f"disk {case}": lambda case=case: cases.disk(case) for case in disks}
    work |= {f"worker {number}": lambda number=number: cases.worker(number) for number in range(setting.either(5, 1))}
    for done, (name, play) in enumerate(work.items(), 1):
        result = store.get(PART, name) or store.put(PART, name, play())
        wrong = result["lost"] + result["beside"] + result["failures"]
        process.say(f"{done} of {len(work)} faults" + (f"; {name}: {wrong[0]}" if wrong else ""))
    shutil.rmtree(cases.out, ignore_errors=True)
