#!/usr/bin/env python3
"""Measure frames and previews against NeMo Curator, ffmpeg, and a loop in C that calls the same libraries.

usage: media.py MEDIABENCH MEDIA_FLOOR PEER_PYTHON FOLDER [--quick] [--parts A,B...] [--resume] [--repeats N]
                [--threads N]
(scripts/bench-media.sh does the set-up; FOLDER is where scripts/bench-footage.sh puts its files)

Parts of two sides that are asked in turn, every other time in the opposite order: nemo_single, nemo_many, floor,
ffmpeg, isolation. Parts that are measured once: lengths, codecs, linear, memory.

--quick     a third of the clips, once instead of three times, fewer sizes, and 3 minutes of 2160p instead of an hour
--parts     only these
--resume    keep what an earlier call measured with the same program
--threads   threads of each side, 2 if left out
--isolation processes (as the command) or none: where ours reads videos; the part isolation asks for both

Environment: SHOTLIST_BENCH_QUICK=1, SHOTLIST_BENCH_PARTS, SHOTLIST_BENCH_RESUME=1, SHOTLIST_BENCH_ISOLATION say the
same.
The last line is JSON. Benchmarks/media/ has the parts, docs/benchmarks.md what they mean.
"""
import argparse
import os
import pathlib
import signal
import sys

from captioning import process, store
from media import against, codecs, lengths, linear, memory, report, setting
from media.sides import Sides

ONCE = ("lengths", "codecs", "linear", "memory")


def arguments():
    environment = os.environ.get
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    for name in ("program", "floor", "python", "folder"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", default=environment("SHOTLIST_BENCH_QUICK") == "1")
    parser.add_argument("--parts", default=environment("SHOTLIST_BENCH_PARTS", ""))
    parser.add_argument("--resume", action="store_true", default=environment("SHOTLIST_BENCH_RESUME") == "1")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--isolation", choices=("processes", "none"),
                        default=environment("SHOTLIST_BENCH_ISOLATION", "processes"))
    return parser.parse_args()


def chosen(options):
    known = [*against.PARTS, *ONCE]
    parts = [part for part in options.parts.split(",") if part]
    unknown = [part for part in parts if part not in known]
    if unknown:
        process.fail(f"there is no part '{unknown[0]}'. There are: {', '.join(known)}")
    return [part for part in known if not parts or part in parts]


def compare(part, which, sides, results):
    """Asks both sides of a part as often as it takes."""
    missing = [repeat for repeat in range(results.repeats) if not results.get(part, repeat)]
    if missing:
        against.begin(part, sides)
    for repeat in missing:
        load = process.announce(f"{part}, repeat {repeat + 1}")
        answers = against.measure(part, which, sides, repeat)
        process.say("  " + ", ".join(f"{side} {answer['seconds']:.2f} s" for side, answer in answers.items()))
        results.put(part, {**answers, "busy": load}, repeat)


def measure(part, which, sides, results):
    if results.get(part):
        process.say(f"{part}: kept from before")
        return
    load = process.announce(part)
    work = {"lengths": lambda: lengths.measure(which, sides),
            "codecs": lambda: codecs.measure(which, sides, results.repeats),
            "linear": lambda: linear.measure(which, sides), "memory": lambda: memory.measure(which)}
    result = work[part]()
    results.put(part, {**result, "busy": max(load, result.get("busy", 0))})
    if part == "lengths" and not which.quick:
        lengths.draw(setting.ROOT / "docs" / "media-clip-length.svg", result)


def main():
    options = arguments()
    process.suite = "media"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench-media: ended"))
    parts = chosen(options)
    which = setting.Setting(options.program, options.floor, options.python, options.folder, options.quick,
                            options.threads, options.isolation == "processes")
    which.folder.mkdir(parents=True, exist_ok=True)
    results = store.Store(which.results, which.key, options.repeats or (1 if options.quick else 3))
    if options.resume:
        results.load()
    with Sides(which) as sides:
        for part in parts:
            if part in ONCE:
                measure(part, which, sides, results)
            else:
                compare(part, which, sides, results)
    report.show(results)


main()
