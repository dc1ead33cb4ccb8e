"""Runs libFuzzer on one target after another, as many at once as there are processors, and counts what it found.

usage: run.py PROGRAM FOLDER [--seconds SECONDS] [--jobs JOBS] [TARGET ...]

FOLDER/seeds/TARGET   what fuzzing begins with, made by seeds.py
FOLDER/corpus/TARGET  what was found to take another way through our code; the next run goes on with it
FOLDER/finds/TARGET   inputs that crashed, took too long or took too much memory; the name begins with which
FOLDER/logs/TARGET    what libFuzzer said

The seconds are split among the targets by weight: a call of the media door takes a thousand times as long as one of a
parser. libFuzzer ends at a find; it is begun again until the target's time is over. Finds in Fuzz/Regressions/TARGET are
tried first, and count when they still crash.

The last line is JSON: {"suite":"fuzz","targets":..,"seconds":..,"executions":..,"crashes":..}. "crashes" counts the finds of
this run. The exit code is 1 when there are any, and when a target could not be run at all.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

WEIGHTS = {
    "media": 8, "gguf": 2, "checkpoint": 1, "hub": 1, "yaml": 1, "server": 2, "endpoints": 1, "records": 1, "ledger": 2,
    "text": 1,
}
# Bytes of an input at most: mutations of long ones find little.
LENGTHS = {"media": 1 << 16, "ledger": 1 << 17, "gguf": 1 << 14}
REGRESSIONS = pathlib.Path(__file__).parents[2] / "Fuzz" / "Regressions"


class Job:
    def __init__(self, program, folder, scratch, target, seconds):
        self.program, self.target, self.seconds = program, target, seconds
        self.corpus, self.finds = folder / "corpus" / target, folder / "finds" / target
        self.seeds, self.log = folder / "seeds" / target, folder / "logs" / f"{target}.txt"
        for path in (self.corpus, self.finds, self.seeds, self.log.parent):
            path.mkdir(parents=True, exist_ok=True)
        self.environment = dict(
            os.environ, SHOTLIST_FUZZ_TARGET=target, SHOTLIST_FUZZ_SCRATCH=str(scratch),
            # libFuzzer is to see the signals of traps itself, and keep the input.
            SWIFT_BACKTRACE="enable=no",
            # A file may ask for any number of bytes: an allocator that says no is what happens outside of here, too.
            ASAN_OPTIONS="allocator_may_return_null=1:detect_leaks=0:handle_segv=1:abort_on_error=0",
        )
        self.executions = 0
        self.failure = None

    def flags(self, seconds):
        return [
            f"-max_total_time={seconds}", "-timeout=30", "-rss_limit_mb=3072", "-print_final_stats=1",
            f"-max_len={LENGTHS.get(self.target, 4096)}", f"-artifact_prefix={self.finds}/",
        ]

    def once(self, arguments, limit):
        """One process of libFuzzer; its exit code. It ends by itself: the limit is for one that does not."""
        command = [str(self.program), *arguments]
        with open(self.log, "ab") as log:
            start = log.tell()
            try:
                code = subprocess.run(
                    command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, timeout=limit
                ).returncode
            except subprocess.TimeoutExpired:
                code = -1
        text = self.log.read_bytes()[start:].decode(errors="replace")
        told = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)\s", text, re.M)
        ran = int(told[-1]) if told else 0
        self.executions += ran
        # Without counters libFuzzer only guesses, and says so: that must not pass for a run.
        if "Is the code instrumented for coverage?" in text and "Loaded 1 modules" not in text:
            self.failure = f"the program was built without counters; see {self.log}"
        return code, ran

    def run(self):
        self.log.write_bytes(b"")
        before = set(self.finds.iterdir())
        known = sorted((REGRESSIONS / self.target).glob("*")) if (REGRESSIONS / self.target).is_dir() else []
        broken = [path.name for path in known if self.once([str(path)], 120)[0] != 0]
        end = time.monotonic() + self.seconds
        while (left := int(end - time.monotonic())) > 0:
            code, ran = self.once([*self.flags(left), str(self.corpus), str(self.seeds)], left + 120)
            if code == 0:
                break
            if not ran and set(self.finds.iterdir()) == before:
                self.failure = f"it cannot be run (exit code {code}); see {self.log}"
                break
        new = sorted(path.name for path in set(self.finds.iterdir()) - before if not path.name.startswith("slow-unit"))
        return self.target, self.executions, new, broken, self.failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_intermixed_args()
    unknown = set(options.targets) - set(WEIGHTS)
    if unknown:
        sys.exit(f"fuzz: no such target: {', '.join(sorted(unknown))}. There are: {', '.join(WEIGHTS)}.")
    targets = options.targets or list(WEIGHTS)
    share = options.seconds / sum(WEIGHTS[target] for target in targets)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    scratch = tempfile.mkdtemp(prefix="shotlist-fuzz-", dir=memory)
    begin = time.monotonic()
    crashes = failures = executions = 0
    try:
        jobs = [
            Job(options.program.resolve(), options.folder.resolve(), scratch, target, max(1, int(share * WEIGHTS[target])))
            for target in sorted(targets, key=lambda name: -WEIGHTS[name])
        ]
        workers = options.jobs or os.cpu_count() or 1
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            for done in concurrent.futures.as_completed([pool.submit(job.run) for job in jobs]):
                target, ran, new, broken, failure = done.result()
                executions += ran
                crashes += len(new) + len(broken)
                failures += failure is not None
                words = ", ".join(new + [f"{name} again" for name in broken]) or "nothing found"
                print(f"fuzz: {target}: {ran} calls, {failure or words}", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(json.dumps({
        "suite": "fuzz", "targets": len(targets), "seconds": round(time.monotonic() - begin),
        "fuzzed_seconds": sum(job.seconds for job in jobs), "executions": executions, "crashes": crashes,
        "failed_targets": failures,
    }))
    return 1 if crashes or failures else 0


if __name__ == "__main__":
    sys.exit(main())
