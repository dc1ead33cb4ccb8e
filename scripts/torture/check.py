#!/usr/bin/env python3
"""Checks that the part `kills` sees what it is to see: a program that stands in for shotlist is sound, or has one fault, and
the suite must say so. A minute.

usage: python3 scripts/torture/check.py     exits with 1 when a fault went unseen
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEPS = pathlib.Path(os.environ.get("SHOTLIST_DEPS", HERE.parent.parent / ".deps"))
# Each fault, and where the suite's last line must show it.
FAULTS = {"": None, "twice": "captioned_twice", "lost": "lost", "beside": "beside", "half": "wrong", "ends": "lost"}


def main():
    unseen = 0
    for fault, key in FAULTS.items():
        command = [sys.executable, "-B", HERE, HERE / "stand_in.py", DEPS / "torture-check", "--quick", "--parts", "kills"]
        done = subprocess.run(command, env={**os.environ, "STAND_IN": fault}, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300)
        if not done.stdout.strip():
            sys.exit(f"check: with the fault '{fault}' the suite ended with {done.returncode} and said nothing")
        last = json.loads(done.stdout.splitlines()[-1])
        good = last[key] > 0 and done.returncode == 1 if key else last["wrong"] == 0 and done.returncode == 0
        unseen += not good
        print(f"{fault or 'sound'}: {last[key or 'wrong']} {key or 'wrong'}" + ("" if good else ", which is not right"))
    sys.exit(unseen > 0)


main()
