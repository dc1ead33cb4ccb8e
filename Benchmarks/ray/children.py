"""The suite's own steps, each a process that prints lines for people and, last, a line of JSON."""
import ctypes
import json
import pathlib
import signal
import subprocess
import sys
import threading

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def say(sentence):
    print(f"bench-ray: {sentence}", file=sys.stderr, flush=True)


def beside(name):
    return str(pathlib.Path(__file__).with_name(name))


def ask(command, limit):
    """What the step's last line holds. It ends with this process, and takes its Ray along: SIGTERM lets it do that."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM))
    timer = threading.Timer(limit, process.terminate)
    timer.start()
    last = ""
    try:
        for line in process.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
        code = process.wait()
    finally:
        timer.cancel()
        end(process)
    if code != 0:
        sys.exit(f"bench-ray: {pathlib.Path(command[-2]).name} ended with code {code}.")
    return json.loads(last)


def end(process):
    """Ends a process that is still there, with time to end what it has started."""
    for stop in (process.terminate, process.kill):
        if process.poll() is None:
            stop()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                pass
