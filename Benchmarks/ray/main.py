#!/usr/bin/env python3
"""Measure Shotlist on Ray: against one process, two workers against one, and what one driver hands out.

usage: main.py SHOTLIST BENCH   (scripts/bench-ray.sh does the set-up)

BENCH is the folder with what scripts/bench-footage.sh makes. The last line is JSON; docs/benchmarks.md says what it means.
Environment: SHOTLIST_BENCH_QUICK=1 for a short one; SHOTLIST_BENCH_PARTS for some of overhead, two_workers and driver.
"""
import json
import os
import pathlib
import signal
import statistics
import sys

import children
import report

PARTS = ("overhead", "two_workers", "driver")
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000), (200, 1_000)
#: Seconds that each step may take at most. Nothing takes a third of it on a machine with nothing else to do.
LIMIT = 10_800


def parts():
    asked = [name for name in os.environ.get("SHOTLIST_BENCH_PARTS", "").replace(",", " ").split() if name]
    if unknown := set(asked) - set(PARTS):
        sys.exit(f"bench-ray: there is no part '{min(unknown)}'. There are: {' '.join(PARTS)}")
    return asked or list(PARTS)


def compare(program, bench, cores, asked, quick):
    """The rounds, in a process that lives on one core with Ray, while what is measured has the other."""
    plan = {
        "program": str(program), "bench": str(bench), "cores": cores, "repeats": 1 if quick else 3,
        "tasks": 4 if quick else 12, "task_seconds": 1.5 if quick else 12,
        "sides": ["process", "one", "two"] if len(asked) > 1 else ["process", "one"] if asked == ["overhead"] else ["one", "two"]}
    return children.ask(["taskset", "-c", str(cores[1]), sys.executable, children.beside("rounds.py"), json.dumps(plan)], LIMIT)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, bench = (pathlib.Path(text).resolve() for text in sys.argv[1:])
    quick = bool(os.environ.get("SHOTLIST_BENCH_QUICK"))
    asked = parts()
    cores = sorted(os.sched_getaffinity(0))[:2]
    if not os.access(program, os.X_OK):
        sys.exit(f"bench-ray: there is no program '{program}'. Build it with 'make build', or name it in SHOTLIST_PROGRAM.")
    if len(cores) < 2:
        sys.exit("bench-ray: it takes two cores: one for the work, one for Ray.")
    # What `finally` is for is done, too, when it is told to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.stdout.reconfigure(line_buffering=True)

    last = {"suite": "ray", "ratios": {}}
    compared = [name for name in asked if name != "driver"]
    if compared:
        rounds = compare(program, bench, cores, compared, quick)
        report.rounds(rounds, quick)
        ratios = {name: statistics.median(rounds["ratios"][name]) for name in compared}
        last |= {name: round(ratio, 3) for name, ratio in ratios.items()}
        last["ratios"] |= {name: last[name] for name in compared}
        last |= report.beside(rounds)
    if "driver" in asked:
        # Each number of tasks has a driver and a Ray of its own, which remember nothing of another's.
        told = []
        for count in QUICK_SIZES if quick else SIZES:
            told.append(children.ask([sys.executable, children.beside("handing_out.py"), str(count)], LIMIT))
            report.handing_out(told[-1])
        last |= report.drivers(told)
    print(json.dumps(last))


main()
