"""What one driver can hand out: the package's own run, over so many tasks, with actors that answer at once.

usage: handing_out.py TASKS

Everything is the package's, and as in a run: a folder of videos, of which each is a task, one block of Ray Data; two actors
with three tasks each at a time; the board, which is asked for each task. Only the keeper of the worker's process is another:
it answers `done` at once. The last line is JSON.
"""
import json
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time

import local
import shotlist_ray.runner
from children import say
from shotlist_ray import RayOptions, ShotlistStage, run
from shotlist_ray.keeper import Outcome
from shotlist_ray.protocol import Done, VideoResult

#: How often it is looked what the driver holds.
INTERVAL = 0.5


class AtOnce:
    """Stands in for the keeper. When a task was answered is told where a worker tells how long it took."""

    def do(self, task):
        videos = tuple(VideoResult(video.path, "done", 1, 1) for video in task.videos)
        return Outcome(Done(task.id, "done", time.time(), videos), "at-once", socket.gethostname())

    def stop(self):
        pass

    def close(self):
        pass


class StageAtOnce(ShotlistStage):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self._keeper = AtOnce()


class Memory:
    """The most that this process holds of its own, and of what it shares with Ray's store, in MB."""

    def __init__(self):
        self.own = self.shared = 0.0
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self):
        while True:
            held = _status()
            self.own = max(self.own, held["RssAnon"])
            self.shared = max(self.shared, held["RssShmem"])
            time.sleep(INTERVAL)


def _status():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmHWM", "VmRSS", "Rss"))}


def make_videos(folder, count):
    """Files of one byte: they are found, and nobody opens them."""
    folder.mkdir()
    for number in range(count):
        with open(folder / f"{number:06}.mp4", "wb") as file:
            file.truncate(1)


def measure(folder, count):
    begin, before = time.time(), _status()["VmRSS"]
    memory = Memory()
    # A program must be there; it is not started.
    options = RayOptions(workers=2, cpus_per_worker=1, task_bytes=1, program="/bin/true")
    results = run(["--video-dir", "videos", "--output-path", "output"], options)
    made = time.time()
    # As the command reads them, for its exit code.
    rows = [(row["status"], row["seconds"]) for row in results.iter_rows()]
    end = time.time()
    if len(rows) != count or any(status != "done" for status, _ in rows):
        sys.exit(f"bench-ray: of {count} tasks {sum(status == 'done' for status, _ in rows)} are done.")
    first, last = min(moment for _, moment in rows), max(moment for _, moment in rows)
    return {
        "tasks": count, "seconds": end - begin, "before_first": first - begin, "answering": last - first,
        "together": made - last, "reading": end - made, "peak_mb": _status()["VmHWM"], "before_mb": before,
        "own_mb": memory.own, "shared_mb": memory.shared}


def main():
    count = int(sys.argv[1])
    # Only here; actors get the class itself.
    shotlist_ray.runner.ShotlistStage = StageAtOnce
    with tempfile.TemporaryDirectory(prefix="shotlist-bench-ray-") as place:
        os.chdir(place)
        make_videos(pathlib.Path("videos"), count)
        say(f"handing out {count:,} tasks")
        with local.started(cpus=2):
            told = measure(pathlib.Path(place), count)
        os.chdir("/")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
