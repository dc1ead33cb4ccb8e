#!/usr/bin/env python3
"""Measure the most memory that `shotlist run` holds, for a short and for a long input.

usage: memory.py SHOTLIST SHORT.mp4 LONG.mp4   (scripts/bench-memory.sh makes the inputs)

Both runs caption with the demo model at the default batch and draw previews; clips are cut without encoding, so that the
hour is over in minutes. The kernel's own counts (VmHWM) of the process and of those that read videos for it are added up;
what they share counts more than once. The last line is JSON: `short_to_long` is
1 when memory does not grow with the input, `budget_600_mb` is above 1 when the long run stays below 600 MB in all, the
model and its cache included.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

BUDGET_MB = 600


def family(process):
    """The folders in /proc of a process and of its children."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            # What follows the name, which may hold anything, is the state, then the parent.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it has just ended
        if process in (parent, int(folder.name)):
            found.append(folder)
    return found


def most_kb(folder):
    try:
        lines = (folder / "status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def peak_mb(program, video, output):
    """Megabytes, seconds and windows of one run."""
    command = [program, "run", "--video-dir", video, "--output-path", output, "--transcode-encoder", "copy",
               "--generate-captions", "--captioning-algorithm", "demo", "--generate-previews"]
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(most_kb(folder) for folder in family(process.pid)))
        time.sleep(0.2)
    if process.returncode != 0:
        sys.exit(f"bench-memory: shotlist ended with code {process.returncode}")
    summary = json.loads((pathlib.Path(output) / "summary.json").read_text())
    return peak / 1024, time.monotonic() - start, summary["windows"]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, inputs = sys.argv[1], sys.argv[2:]
    peaks = []
    for video in inputs:
        with tempfile.TemporaryDirectory() as folder:
            peak, seconds, windows = peak_mb(program, video, folder)
        peaks.append(peak)
        print(f"{pathlib.Path(video).name}: {peak:.0f} MB at most, {windows} windows in {seconds:.0f} s", flush=True)
    short, long = peaks
    print(json.dumps({"suite": "memory", "peak_mb": {"short": round(short), "long": round(long)},
                      "ratios": {"short_to_long": round(short / long, 2), "budget_600_mb": round(BUDGET_MB / long, 2)}}))


main()
