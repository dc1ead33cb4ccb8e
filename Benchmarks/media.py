#!/usr/bin/env python3
"""Time Shotlist's preparation and previews against NeMo Curator's, in turn, on the same clips.

usage: media.py OURS PEER_PYTHON CLIP_FOLDER   (scripts/bench-media.sh does the set-up)

CLIP_FOLDER holds single/ (clips of one window) and many/ (clips of three). The last line is JSON: ratios above 1 mean
that Shotlist is faster. Environment: THREADS (2), REPEATS (3).
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

PEER = pathlib.Path(__file__).parent / "peers" / "nemo_media.py"
SUITES = [("single", "vs_nemo_single_window", 8), ("many", "vs_nemo_many_windows", 1)]


class Worker:
    """A process that answers one JSON line with another."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, clips, resize=False):
        """Seconds and windows of one pass over the clips."""
        print(json.dumps({"clips": clips, "resize": resize}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"bench-media: {self.process.args} ended with code {self.process.wait()}")
        return json.loads(answer)


def spread(folder, count):
    """`count` whole clips, evenly spaced; the last one may be shorter and is left out."""
    clips = sorted(str(path) for path in folder.glob("*.mp4"))[:-1]
    return [clips[index * len(clips) // count] for index in range(min(count, len(clips)))]


def measure(ours, theirs, clips, repeats):
    """The answers of each side, asked in turn and in changing order."""
    answers = {"ours": [], "theirs": [], "resized": []}
    for repeat in range(repeats):
        turns = [("ours", lambda: ours.ask(clips)), ("theirs", lambda: theirs.ask(clips))]
        for side, ask in turns if repeat % 2 == 0 else reversed(turns):
            answers[side].append(ask())
        answers["resized"].append(ours.ask(clips, resize=True))
        if len({side[-1]["windows"] for side in answers.values()}) != 1:
            sys.exit("bench-media: the two sides made different numbers of windows")
    return answers


def middle(answers, key):
    """The median of one figure over the repeats."""
    return statistics.median(answer[key] for answer in answers)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    threads, repeats = os.environ.get("THREADS", "2"), int(os.environ.get("REPEATS", "3"))
    ours, theirs = Worker([sys.argv[1], threads]), Worker([sys.argv[2], "-B", str(PEER), threads])
    folder = pathlib.Path(sys.argv[3])
    ratios = {}
    sys.stdout.reconfigure(line_buffering=True)
    print(f"{'':34} {'windows':>7} {'seconds':>8} {'prepare':>8} {'preview':>8}   (medians of {repeats}, {threads} threads)")
    for side in (ours, theirs):
        side.ask(spread(folder / "single", 1))
    for name, key, count in SUITES:
        clips = spread(folder / name, count)
        answers = measure(ours, theirs, clips, repeats)
        for side, label in [("theirs", "NeMo Curator"), ("ours", "Shotlist"), ("resized", "Shotlist, resized for the model")]:
            row = [middle(answers[side], figure) for figure in ("seconds", "prep_seconds", "preview_seconds")]
            print(f"{name + ': ' + label:41} {answers[side][0]['windows']} " + " ".join(f"{value:8.2f}" for value in row))
        ratios[key] = round(middle(answers["theirs"], "seconds") / middle(answers["ours"], "seconds"), 2)
        slowest = min(t["seconds"] / o["seconds"] for t, o in zip(answers["theirs"], answers["ours"], strict=True))
        print(f"{name}: {ratios[key]} times as fast (the worst pair {slowest:.2f})")
    print(json.dumps({"suite": "media", "ratios": ratios}))


main()
