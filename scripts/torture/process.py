"""Programs with a time limit. Whatever is started here is ended with all that it started.

This process adopts what its programs leave behind (a "subreaper"), and so sees workers that outlive them.
"""
import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PAGE = os.sysconf("SC_PAGE_SIZE")
# A run that holds more is ended: the machine has other work.
MOST_MEMORY = 6 << 30
# Seconds that a worker may outlive its run.
GRACE = 5

running = []


def say(sentence):
    print(f"torture: {sentence}", file=sys.stderr, flush=True)


def fail(sentence):
    sys.exit(f"torture: {sentence}")


def adopt():
    """Lets orphans of what is started here become children of this process."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent():
    """Runs in the new process: it is killed when this one ends in whatever way."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def statistics(pid):
    """State, parent, process group and session of a process, or None when it is gone."""
    try:
        words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return words[0], int(words[1]), int(words[2]), int(words[3])


def family(pid):
    """A process and everything below it, and what is in its session."""
    parents, members = {}, set()
    for name in os.listdir("/proc"):
        found = statistics(name) if name.isdigit() else None
        if found and found[0] not in "ZX":
            parents[int(name)] = found[1]
            if found[3] == pid:
                members.add(int(name))
    if pid in parents:
        members.add(pid)
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in members} - members
        grown = bool(more)
        members |= more
    return members


def orphans():
    """Children of this process that it did not start: what programs left behind. The dead are buried."""
    known = {one.pid for one in running}
    found = []
    for name in os.listdir("/proc"):
        about = statistics(name) if name.isdigit() else None
        if not about or about[1] != os.getpid() or int(name) in known:
            continue
        if about[0] in "ZX":
            try:
                os.waitpid(int(name), os.WNOHANG)
            except ChildProcessError:
                pass
        else:
            found.append(int(name))
    return found


def held(pids):
    """Bytes of memory that these processes hold now."""
    total = 0
    for pid in pids:
        try:
            total += int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except (OSError, IndexError):
            pass
    return total


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Run:
    """A program under way, in a session of its own, with what it says in files."""

    def __init__(self, command, log, environment=None):
        self.command = [str(word) for word in command]
        self.output, self.errors = log.with_suffix(".out"), log.with_suffix(".err")
        self.begin, self.peak, self.memory = time.monotonic(), 0, []
        self.hung = self.greedy = False
        self.left, self.ended = [], None
        with self.output.open("wb") as output, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True,
                preexec_fn=end_with_parent, env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        running.append(self)

    @property
    def seconds(self):
        """How long it has run, or ran."""
        return (self.ended or time.monotonic()) - self.begin

    @property
    def code(self):
        """How it ended: its exit code, the negative number of the signal that ended it, None while it runs."""
        code = self.process.poll()
        if code is not None and self.ended is None:
            self.ended = time.monotonic()
        return code

    def said(self):
        """What it has said on standard error; the end of it where that is much."""
        return self.errors.read_bytes()[-200_000:].decode(errors="replace")

    def printed(self):
        return self.output.read_bytes()[-200_000:].decode(errors="replace")

    def look(self):
        """Takes its memory now; ends it when that is too much."""
        now = held(family(self.pid))
        if now:
            self.peak = max(self.peak, now)
            self.memory.append((self.seconds, now))
        if now > MOST_MEMORY:
            self.greedy = True
            self.kill()

    def wait(self, limit, until=None, step=0.01):
        """Waits for its end, for `until()`, or for `limit` seconds from its start, whatever is first; tells whether it
        still runs. One that is out of time is marked as hung and killed, but not by `until`."""
        looked = 0.0
        while self.code is None:
            if until and until():
                return True
            if self.seconds > limit:
                self.hung = True
                self.kill()
                break
            if self.seconds - looked > 0.25:
                looked = self.seconds
                self.look()
            time.sleep(step)
        return False

    def signal(self, number):
        """Sends a signal to the process alone."""
        if self.code is None:
            kill(self.pid, number)

    def kill(self):
        """Kills its whole process group at once and waits for the process."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(30)

    def close(self):
        """Ends what is left of it; gives the processes that outlived it by more than they may."""
        if self.code is None:
            self.kill()
        if self in running:
            running.remove(self)
        deadline = time.monotonic() + GRACE
        left = orphans()
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = orphans()
        for pid in left:
            kill(pid)
        return left


def run(command, log, limit, environment=None):
    """Runs a command to its end; gives the run, and the processes that outlived it."""
    one = Run(command, log, environment)
    try:
        one.wait(limit)
    finally:
        one.left = one.close()
    return one


def tool(command, limit=600):
    """Runs a helper that must succeed."""
    try:
        subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, check=True, timeout=limit,
                       preexec_fn=end_with_parent)
    except FileNotFoundError:
        fail(f"'{command[0]}' is not found")
    except subprocess.TimeoutExpired:
        fail(f"'{pathlib.Path(str(command[0])).name}' was not done after {limit} s and was ended.")
    except subprocess.CalledProcessError as error:
        fail(f"'{' '.join(str(word) for word in command)[:200]}' ended with code {error.returncode}")


def end_all():
    """Ends everything that is still under way."""
    for one in list(running):
        one.close()
