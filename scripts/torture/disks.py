#!/usr/bin/env python3
"""A run on a file system that is really full, or really read-only, and the run after it that has room and rights.

usage: disks.py REQUEST     called by faults.py, in a mount name space of its own where there can be one
Prints the result as JSON. What is mounted is gone with the process, or is unmounted at the end.
"""
import json
import pathlib
import signal
import subprocess
import sys

import process
import sentences
import shotlist
from setting import DONE, FAILED, SOME_FAILED, Setting

# Seconds in which a run that has no room ends; one that runs on after them waits for room.
TO_END = 10


def mount(*words):
    subprocess.run(["mount", *[str(word) for word in words]], check=True, timeout=30, stdin=subprocess.DEVNULL)


def unmount(folder):
    subprocess.run(["umount", "--lazy", str(folder)], timeout=30, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Disk:
    def __init__(self, request):
        self.setting = Setting(pathlib.Path(request["program"]), pathlib.Path(request["folder"]))
        self.out, self.reference = pathlib.Path(request["out"]), pathlib.Path(request["reference"])
        self.videos, self.limit = pathlib.Path(request["videos"]), request["limit"]
        self.result = {"crashes": 0, "hangs": 0, "failures": [], "paused": False, "injected": 1}
        shotlist.empty(self.out)

    def start(self, options=()):
        command = shotlist.command(self.setting, self.videos, self.out, *shotlist.CAPTIONS, *options)
        return process.Run(command, self.out.parent / "run", shotlist.environment(self.setting))

    def first(self, give_room=None):
        """The run that meets the fault. One that waits for room is given it."""
        with shotlist.watched(self.start()) as run:
            if give_room and run.wait(self.limit, lambda: sentences.speaks_of_disk(run.said())):
                told = run.seconds
                if run.wait(self.limit, lambda: run.seconds > told + TO_END):
                    self.result["paused"] = True
                    give_room()
            run.wait(self.limit)
        shotlist.add(self.result, shotlist.troubles(run, (DONE, FAILED, SOME_FAILED)))
        self.result["code"] = run.code
        self.result["failures"] += sentences.judge(run, self.out, self.reference)
        return run

    def full(self, share):
        """A disk with room for a share of the output."""
        size = sum(path.stat().st_size for path in self.reference.rglob("*") if path.is_file())
        mount("-t", "tmpfs", "-o", f"size={max(int(size * share), 65536)}", "tmpfs", self.out)
        try:
            run = self.first(lambda: mount("-o", "remount,size=256m", self.out))
            if not self.result["paused"]:
                if run.code == DONE:
                    self.result["failures"].append("a run that had no room ended with 0")
                elif not sentences.speaks_of_disk(run.said()):
                    self.result["failures"].append("a run that had no room does not say so")
                mount("-o", "remount,size=256m", self.out)
            shotlist.mend(self, self.result)
        finally:
            unmount(self.out)

    def read_only(self, is_half_done):
        """A folder that may not be written to, empty or with what a run left there that was stopped."""
        if is_half_done:
            with shotlist.watched(self.start()) as run:
                run.wait(self.limit, lambda: any((self.out / "metas").rglob("*.json")))
                run.signal(signal.SIGTERM)
                run.wait(run.seconds + 15)
        mount("--bind", self.out, self.out)
        try:
            mount("-o", "remount,ro,bind", self.out)
            run = self.first()
            if run.code != FAILED:
                self.result["failures"].append(f"a run that may not write ended with {run.code}, not 1")
        finally:
            unmount(self.out)
        shotlist.mend(self, self.result)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("disks: ended"))
    process.adopt()
    request = json.loads(sys.argv[1])
    disk = Disk(request)
    kind, which = request["case"].split()
    try:
        if kind == "full":
            disk.full(float(which))
        else:
            disk.read_only(which == "half")
    except (subprocess.SubprocessError, OSError) as error:
        disk.result["failures"].append(f"nothing could be mounted here: {error}")
    finally:
        process.end_all()
    print(json.dumps({"lost": [], "beside": [], **disk.result}), flush=True)


main()
