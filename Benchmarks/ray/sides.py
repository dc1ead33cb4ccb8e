"""The same videos, done by one process and by workers on Ray. Each run has a new output."""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from shotlist_ray import RayOptions, run

#: A run as one would give it, on one thread. Everything but these is the program's default.
FLAGS = ["--generate-captions", "--captioning-algorithm", "demo", "--threads", "1"]

#: Stands in for the program: a worker takes a core that no other worker of its run has, and stays on it.
_ON_A_CORE = """#!/bin/sh
for core in {cores}; do
    exec 9>"{folder}/core-$core"
    if flock -n 9; then
        exec taskset -c "$core" "{program}" "$@"
    fi
done
echo "bench-ray: there is no core left for this worker" >&2
exit 1
"""


@dataclasses.dataclass
class Run:
    """What a run took and made.

    Attributes:
        seconds: by the wall clock.
        beside: seconds for which the core of Ray was busy.
        captions: those of the windows, by clip and first frame.
        processor: seconds of processor time, known of one process with those that it starts.
    """

    seconds: float
    beside: float
    captions: dict
    processor: float = 0


def one_process(program, videos, folder, cores):
    """`shotlist run`, with the processes that read videos for it, on one core."""
    # Ray has this in its workers' environment.
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = ["taskset", "-c", str(cores[0]), program, "run", "--video-dir", str(videos), "--output-path", str(folder), *FLAGS]
    with open(folder.with_suffix(".log"), "wb") as log:
        began, before, used = time.monotonic(), busy(cores[1]), children_used()
        # In a session of its own, as workers are: Linux shares processors out by sessions.
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True).returncode
        seconds, beside = time.monotonic() - began, busy(cores[1]) - before
    if code != 0:
        print(folder.with_suffix(".log").read_text()[-2000:], file=sys.stderr)
        sys.exit(f"bench-ray: shotlist ended with code {code}.")
    return Run(seconds, beside, captions(folder), children_used() - used)


def on_ray(program, videos, folder, cores, workers):
    """What `shotlist-ray run --no-merge` does when it is connected: the run, and reading its results. A video is a task."""
    place = folder.with_suffix(".program")
    place.mkdir(parents=True)
    stand_in = place / "shotlist"
    stand_in.write_text(_ON_A_CORE.format(
        cores=" ".join(map(str, cores[:workers])), folder=place, program=program))
    stand_in.chmod(0o755)
    options = RayOptions(workers=workers, cpus_per_worker=1, task_bytes=1, program=str(stand_in))
    began, before = time.monotonic(), busy(cores[1])
    rows = run(["--video-dir", str(videos), "--output-path", str(folder), *FLAGS], options).take_all()
    seconds, beside = time.monotonic() - began, busy(cores[1]) - before
    shutil.rmtree(place)
    if wrong := [row for row in rows if row["status"] != "done"]:
        sys.exit(f"bench-ray: {wrong[0]['path']}: {wrong[0]['status']}, {wrong[0]['message']}")
    if (seen := len({row["worker"] for row in rows})) > workers:
        sys.exit(f"bench-ray: {seen} workers did it instead of {workers}; some must have died.")
    return Run(seconds, beside, captions(folder))


def captions(folder):
    """The captions of an output, by clip and first frame. All windows must have one."""
    found = {}
    for path in sorted((folder / "metas" / "v0").glob("*.json")):
        record = json.loads(path.read_text())
        for window in record["windows"]:
            if window["status"] != "success":
                sys.exit(f"bench-ray: the window of {path} at frame {window['start_frame']} has no caption.")
            text = [value for name, value in window.items() if name.endswith("_caption")]
            found[f"{record['span_uuid']} {window['start_frame']}"] = text[0]
    shutil.rmtree(folder)
    return found


def children_used():
    """Processor seconds of all processes that this one has started and waited for, and of theirs."""
    used = os.times()
    return used.children_user + used.children_system


def busy(core):
    """Seconds for which a core has done anything, whatever it was."""
    [line] = [line for line in pathlib.Path("/proc/stat").read_text().splitlines() if line.startswith(f"cpu{core} ")]
    user, nice, system, _idle, _wait, irq, soft = (int(text) for text in line.split()[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
