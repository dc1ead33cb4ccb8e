"""Torture `shotlist run`: kills, faults of the disk, damaged files, hostile files, many clips.

usage: python3 scripts/torture PROGRAM FOLDER [--quick] [--parts A,B...] [--resume] [--seed N] [--kills N]
(scripts/torture.sh does the set-up)

Parts: kills, faults, damaged, hostile, many.

--quick     10 kills, 12 faults, 120 damaged files, 1,000 clips
--parts     only these
--resume    keep what an earlier call found with the same program in the same setting, and go on
--seed      another number makes other moments, faults and damage; 1 if left out
--kills     how many kills, 200 if left out (10 with --quick)

Environment: SHOTLIST_TORTURE_QUICK=1, SHOTLIST_TORTURE_PARTS, SHOTLIST_TORTURE_RESUME=1 say the same.
The last line is JSON; the code is 1 when anything is wrong. README.md beside this says what is expected of the program.
"""
import argparse
import os
import pathlib
import signal
import sys

import damaged
import faults
import hostile
import kills
import many
import process
import report
from setting import Setting
from store import Store

PARTS = {"kills": kills, "faults": faults, "damaged": damaged, "hostile": hostile, "many": many}


def arguments():
    environment = os.environ.get
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", default=environment("SHOTLIST_TORTURE_QUICK") == "1")
    parser.add_argument("--parts", default=environment("SHOTLIST_TORTURE_PARTS", ""))
    parser.add_argument("--resume", action="store_true", default=environment("SHOTLIST_TORTURE_RESUME") == "1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int)
    return parser.parse_args()


def chosen(options):
    names = [name for name in options.parts.split(",") if name]
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        process.fail(f"there is no part '{unknown[0]}'. There are: {', '.join(PARTS)}")
    return [name for name in PARTS if not names or name in names]


def main():
    options = arguments()
    if not os.access(options.program, os.X_OK):
        process.fail(f"there is no program {options.program}; build it with `make build`")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("torture: ended"))
    process.adopt()
    setting = Setting(options.program, options.folder, options.quick, options.seed, options.kills)
    store = Store(setting.results, setting.key, options.resume)
    try:
        for name in chosen(options):
            process.say(name)
            PARTS[name].measure(setting, store)
    except KeyboardInterrupt:
        sys.exit("torture: interrupted; --resume goes on from here")
    finally:
        process.end_all()
    sys.exit(0 if report.show(store, setting.quick, setting.seed) else 1)


main()
