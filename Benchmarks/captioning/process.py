"""Programs with a time limit. Whatever is started here is ended with all that it started.

The suites of captioning and of media share this.
"""
import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

# Whose sentences these are; a suite that uses this puts its own name here.
suite = "captioning"


def say(sentence):
    print(f"bench-{suite}: {sentence}", file=sys.stderr, flush=True)


def fail(sentence):
    sys.exit(f"bench-{suite}: {sentence}")


def end(process):
    """Ends a process of `start` and its children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                pass
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass


class Watchdog:
    """Ends a process that is not done within `limit` seconds of the block that this is used in.

    It leaves the waiting to who uses it: `Popen.wait` with a limit looks only every 50 ms whether a process has ended,
    for which short ones would be blamed.
    """

    def __init__(self, process, limit):
        self.process, self.limit, self.bit = process, limit, False

    def bite(self):
        self.bit = True
        end(self.process)

    def __enter__(self):
        self.timer = threading.Timer(self.limit, self.bite)
        self.timer.daemon = True
        self.timer.start()
        return self

    def __exit__(self, *_):
        self.timer.cancel()


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """Runs in the new process: it is killed when this one ends in whatever way."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, output, errors, questions=subprocess.DEVNULL):
    return subprocess.Popen([str(part) for part in command], stdin=questions, stdout=output, stderr=errors,
                            start_new_session=True, preexec_fn=end_with_parent)


class Outcome:
    """What a program left behind: its output, its seconds, and its memory over time in bytes."""

    def __init__(self, output, errors, seconds, memory):
        self.output, self.errors, self.seconds, self.memory = output, errors, seconds, memory


def run(command, limit, watch_memory=False, accepted=(0,)):
    """Runs a command that must end well within `limit` seconds."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.monotonic()
        process = start(command, output, errors)
        memory = []
        if watch_memory:
            threading.Thread(target=watch, args=(process, memory), daemon=True).start()
        try:
            with Watchdog(process, limit) as dog:
                process.wait()
            seconds = time.monotonic() - begin
        finally:
            end(process)
        if dog.bit:
            fail(f"'{pathlib.Path(str(command[0])).name}' was not done after {limit} s and was ended.")
        output.seek(0), errors.seek(0)
        outcome = Outcome(output.read().decode(errors="replace"), errors.read().decode(errors="replace"), seconds, memory)
    if process.returncode not in accepted:
        words = " ".join(str(part) for part in command[:3])
        fail(f"'{words} ...' ended with code {process.returncode}: {outcome.errors.strip()[-2000:]}")
    return outcome


def busy(seconds=1.0):
    """The share of all cores that something else uses."""
    def times():
        numbers = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]
    before = times()
    time.sleep(seconds)
    total, idle = (after - start for after, start in zip(times(), before, strict=True))
    return round(1 - idle / max(total, 1), 2)


def announce(title):
    """Says what is measured next, and the share of the machine that something else uses, which it gives."""
    load = busy()
    say(title + (f" (other work uses {load:.0%} of the machine)" if load > 0.1 else ""))
    return load


def resident(pid):
    """Bytes that a process holds now, or None when it has ended."""
    try:
        pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def watch(process, memory, every=0.25):
    begin = time.monotonic()
    while process.poll() is None:
        held = resident(process.pid)
        if held:
            memory.append((time.monotonic() - begin, held))
        time.sleep(every)
