"""The programs that are measured, and the servers that they ask. Whatever is started here ends with this process."""
import ctypes
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def say(sentence):
    print(f"bench-fleet: {sentence}", file=sys.stderr, flush=True)


def fail(sentence):
    sys.exit(f"bench-fleet: {sentence}")


def allow_many_connections():
    """A connection for each request on the way; programs that are started have this limit, too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def environment():
    """All servers are on this machine: no client asks a proxy."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


class Program:
    """A program that prints lines of JSON."""

    def __init__(self, command, reads=False):
        self.name = pathlib.Path(str(command[0])).name
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE if reads else subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True, env=environment(), preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            fail(f"{self.name} ended with code {self.process.wait()}.")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Servers(Program):
    """So many servers in one process; see Benchmarks/Sources/FleetServers."""

    def __init__(self, programs, count, *work):
        super().__init__([programs / "FleetServers", count, *work], reads=True)
        self.endpoints = self.line()["endpoints"]

    def tell(self, command):
        print(command, file=self.process.stdin, flush=True)
        return self.line()


def load(programs, endpoints, frames, when_running=lambda: None, when_draining=lambda: None, **plan):
    """What FleetLoad says at the end; see its Plan for the names."""
    plan = {"endpoints": endpoints, "frames": str(frames), **plan}
    with Program([programs / "FleetLoad", "load", json.dumps(plan)]) as program:
        while True:
            said = program.line()
            if "running" in said:
                when_running()
            elif "draining" in said:
                when_draining()
            else:
                break
    if said["failed"] or said["wrong"]:
        fail(f"{said['failed']} windows failed and {said['wrong']} had another's answer: {said.get('trouble')}")
    return said
