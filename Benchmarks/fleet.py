#!/usr/bin/env python3
"""Measure the client of fleets: what a window costs it, how busy it keeps servers, how much memory it takes.

usage: fleet.py PROGRAMS PEER_PYTHON FOLDER VIDEO   (scripts/bench-fleet.sh does the set-up)

PROGRAMS is the folder with FleetLoad and FleetServers, PEER_PYTHON a Python with the package `openai`. The last line is
JSON; docs/benchmarks.md says what its ratios mean. Environment: SHOTLIST_BENCH_QUICK=1 for a short one.
"""
import json
import os
import pathlib
import signal
import statistics
import sys

from fleet import busy, cost, frames, programs

# Nothing here takes half as long.
LIMIT = 1200
IN_FLIGHT = 1024


def report_cost(results, jpeg):
    print(f"one window: {jpeg['frames']} frames of 448x224, {jpeg['bytes'] / 1000:.0f} kB as JPEG")
    print(f"{'':34} {'ms of a core':>14} {'windows a second':>18}   (medians of {len(results['ours'])})")
    for side, title in [("theirs", "openai for Python, asyncio"), ("ours", "Shotlist")]:
        print(f"{title:34} {cost.middle(results, side, 'ms'):14.2f} {cost.middle(results, side, 'rate'):18.0f}")
    print(f"{'making the JPEG files, beside it':34} {jpeg['milliseconds']:14.2f}")
    each = ", ".join(f"{ratio:.2f}" for ratio in cost.ratios(results))
    print(f"a window costs the other {each} times as much in each repeat", flush=True)


def report_busy(title, report, load):
    print(f"{title}: {100 * report['busy']:.1f} % busy over {report['seconds']:.0f} s, {report['answered']} answers, "
          f"{report['turned_away']} questions turned away; the load took {load['cpu_seconds'] / load['wall_seconds']:.2f} cores "
          f"and {load['peak_mb']:.0f} MB, {load['windows']} windows, none lost or mixed up", flush=True)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    built, python, folder, video = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
    quick = os.environ.get("SHOTLIST_BENCH_QUICK") == "1"
    signal.alarm(LIMIT)
    programs.allow_many_connections()
    sys.stdout.reconfigure(line_buffering=True)

    jpeg = frames.make(built, video, folder / "real", *frames.REAL)
    frames.make(built, video, folder / "small", *frames.SMALL)
    programs.say("a window's cost")
    results = cost.measure(built, python, folder / "real", windows=400 if quick else 1500, in_flight=64,
                           repeats=1 if quick else 3)
    report_cost(results, jpeg)

    programs.say("a simulated fleet")
    times = {"warm_up": 12, "seconds": 15} if quick else {"warm_up": 20, "seconds": 60}
    plain, load = busy.measure(built, folder / "small", with_failures=False, **times)
    report_busy("64 servers", plain, load)
    failing, load = busy.measure(built, folder / "small", with_failures=True, **times)
    report_busy("the good ones of 64, three of which fail at any time", failing, load)

    programs.say("memory")
    load = busy.memory(built, folder / "real", jpeg["pixels"], IN_FLIGHT, waves=1 if quick else 2)
    print(f"{IN_FLIGHT} requests on the way, each with its own frames: {load['peak_mb']:.0f} MB at most")
    print(json.dumps({"suite": "fleet", "peak_mb": round(load["peak_mb"]), "ratios": {
        "cpu_vs_openai_python": round(statistics.median(cost.ratios(results)), 2), "busy": round(plain["busy"], 3),
        "busy_with_failures": round(failing["busy"], 3)}}))


main()
