"""A process in a group of its own, read line by line, that does not outlive this one."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .protocol import LINE_LIMIT

_LAUNCHER = str(Path(__file__).with_name("launch.py"))


class LineProcess:
    """Starts a command, and tells of each line that it prints and of its end.

    The thread that starts the process is the one that reads it and stays until it has ended: what ends a process with its
    parent (PR_SET_PDEATHSIG) goes by the parent's thread.

    Args:
        command: the program, an absolute path, and its arguments.
        folder: the folder to start it in.
        on_line: gets each line of its standard output.
        on_log: gets each line of its standard error.
        on_end: called once, last, with the reason in words.
        silence: seconds without a line after which it is killed.
    """

    def __init__(
        self, command: Sequence[str], *, folder: str, on_line: Callable[[bytes], None], on_log: Callable[[str], None],
        on_end: Callable[[str], None], silence: float, environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [sys.executable, "-I", "-S", _LAUNCHER, str(os.getpid()), *command]
        self._folder, self._environment = folder, dict(environment) if environment is not None else None
        self._on_line, self._on_log, self._on_end = on_line, on_log, on_end
        self._silence = silence
        self._process: subprocess.Popen[bytes] | None = None
        self._problem: OSError | None = None
        self._why: str | None = None
        self._writing = threading.Lock()
        self._is_started, self._is_over = threading.Event(), threading.Event()
        threading.Thread(target=self._live, name="shotlist-worker", daemon=True).start()
        self._is_started.wait()
        if self._problem:
            raise self._problem

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def set_silence(self, seconds: float) -> None:
        """Changes how long it may say nothing."""
        self._silence = seconds

    def write(self, line: bytes) -> None:
        """Gives it a line. One that has ended gets nothing, which its end tells of."""
        with self._writing, contextlib.suppress(OSError, ValueError):
            if self._process and self._process.stdin:
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def signal(self, number: int) -> None:
        """Sends a signal to the process alone."""
        if self._process and not self._is_over.is_set():
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def kill(self, why: str) -> None:
        """Ends the process and its group at once."""
        self._why = self._why or why
        self._kill_group()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, and all of its output was read, within so many seconds."""
        return self._is_over.wait(seconds)

    def _live(self) -> None:
        try:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True)
        except OSError as error:
            self._problem = error
            return
        finally:
            self._is_started.set()
        log = threading.Thread(target=self._forward_log, name="shotlist-worker-log", daemon=True)
        log.start()
        try:
            self._read()
        finally:
            # What closed its output without ending is of no more use. The group goes before its number is free again.
            self._has_ended(10)
            self._kill_group()
            code = self._process.wait()
            log.join(5)
            self._is_over.set()
            self._on_end(self._why or _ending(code))

    def _has_ended(self, seconds: float) -> bool:
        """Whether the process ends within so many seconds. It is not reaped."""
        assert self._process
        deadline = time.monotonic() + seconds
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while os.waitid(os.P_PID, self._process.pid, how) is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        return True

    def _read(self) -> None:
        assert self._process and self._process.stdout
        pipe = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN | select.POLLHUP)
        ended = _watch(self._process.pid)
        if ended is not None:
            waiting.register(ended, select.POLLIN)
        try:
            self._read_lines(waiting, pipe)
        finally:
            if ended is not None:
                os.close(ended)

    def _read_lines(self, waiting: select.poll, pipe: int) -> None:
        held = bytearray()
        heard = time.monotonic()
        while True:
            # In slices, since the silence that is allowed may change.
            ready = {number for number, _ in waiting.poll(500)}
            if not ready and time.monotonic() - heard < self._silence:
                continue
            if not ready:
                return self.kill(f"it said nothing for {self._silence:g} s")
            if pipe not in ready:
                return  # It has ended, and everything was read; a child of it may hold the pipe open.
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return
            held += piece
            if b"\n" in piece:
                heard = time.monotonic()
                *lines, rest = bytes(held).split(b"\n")
                held = bytearray(rest)
                for line in lines:
                    self._on_line(line)
            if len(held) > LINE_LIMIT:
                return self.kill(f"it wrote a line of more than {LINE_LIMIT} bytes")

    def _forward_log(self) -> None:
        assert self._process and self._process.stderr
        while line := self._process.stderr.readline(1 << 16):
            self._on_log(line.decode(errors="replace").rstrip("\n"))

    def _kill_group(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _watch(pid: int) -> int | None:
    """A descriptor that can be read when the process has ended; None where the system has no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _ending(code: int) -> str:
    if code >= 0:
        return f"it ended with {code}"
    with contextlib.suppress(ValueError):
        return f"it was ended by {signal.Signals(-code).name}"
    return f"it was ended by signal {-code}"
