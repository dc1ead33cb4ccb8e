"""Owns one `shotlist worker` process, and gives it tasks."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import secrets
import shutil
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass

from . import protocol
from .errors import ShotlistRayError, WorkerDied, WorkerStopped
from .process import LineProcess
from .protocol import Bye, Done, Heartbeat, Hello, Refusal, Task

logger = logging.getLogger("shotlist_ray")


@dataclass(frozen=True)
class WorkerOptions:
    """How a worker is started.

    Attributes:
        output: `--output-path`, as given.
        folder: the folder to start it in, from which relative paths go.
        program: the program's path, or its name to look for in PATH.
        heartbeat: seconds between its heartbeats.
        silence: seconds without a line after which it counts as lost.
        patience: seconds that it may take until its first line.
    """

    output: str
    folder: str
    program: str = "shotlist"
    heartbeat: float = protocol.HEARTBEAT
    silence: float = 60.0
    patience: float = 60.0


def worker_name() -> str:
    """A name that no other worker has: a ledger's folder is called so."""
    host = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in socket.gethostname())
    return f"{host}-{os.getpid()}-{secrets.token_hex(4)}"


class Worker:
    """A worker that is ready for tasks. Many threads may call `run` at once.

    Args:
        options: how it is started.
        on_heartbeat: gets each of its heartbeats.

    Raises:
        ShotlistRayError: when it cannot be started, or is of another version.
    """

    def __init__(self, options: WorkerOptions, on_heartbeat: Callable[[Heartbeat], None] = lambda _: None) -> None:
        self.name = worker_name()
        self._on_heartbeat = on_heartbeat
        self._guard = threading.Lock()
        self._tasks: dict[str, Future[Done]] = {}
        self._hello: Future[Hello] = Future()
        self._end: str | None = None
        self._said: list[str] = []
        self._is_closing = False
        command = [
            find_program(options.program, options.folder), "worker", "--output-path", options.output, "--name", self.name,
            "--heartbeat", f"{options.heartbeat:g}"]
        try:
            self._process = LineProcess(
                command, folder=options.folder, on_line=self._take, on_log=self._log, on_end=self._ended,
                silence=max(options.silence, options.patience))
        except OSError as error:
            raise _unusable(f"'{command[0]}' could not be started on {node()}: {error.strerror}.") from error
        try:
            self.hello = self._hello.result(options.patience)
        except (FutureTimeout, TimeoutError):
            self._process.kill("it did not begin")
            raise _unusable(
                f"'{command[0]} worker' on {node()} did not say its first line within {options.patience:g} s.") from None
        except ShotlistRayError:
            self._process.kill("it is of no use")
            raise
        self._process.set_silence(options.silence)

    @property
    def is_alive(self) -> bool:
        return self._end is None and not self._is_closing

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, task: Task) -> Done:
        """Has it do a task, and waits for the answer.

        Raises:
            WorkerDied: when it dies, or falls silent, before the answer.
            WorkerStopped: when it takes nothing more, since it was told so.
            ShotlistRayError: when it refuses the task.
        """
        answer: Future[Done] = Future()
        task.line()  # What cannot be written is told before anything waits for it.
        with self._guard:
            if self._is_closing:
                raise WorkerStopped(f"The worker {self.name} takes nothing more.")
            if self._end is not None:
                raise WorkerDied(self._end)
            while task.id in self._tasks:
                # The same videos twice at once, as a pipeline may have them, are two tasks.
                task = dataclasses.replace(task, id=task.id + "+")
            self._tasks[task.id] = answer
        self._process.write(task.line())
        return answer.result()

    def stop(self) -> None:
        """Asks it to stop: within ten seconds it answers everything with `cancelled`, and ends."""
        self._process.signal(signal.SIGTERM)

    def kill(self, why: str) -> None:
        self._process.kill(why)

    def close(self, seconds: float = 15.0) -> None:
        """Has it finish what it has, and end; what is not done within so many seconds is stopped, and then killed."""
        self._is_closing = True
        self._process.write(protocol.drain_line())
        if not self._process.wait(seconds):
            self.stop()
            if not self._process.wait(12):
                self._process.kill("it did not stop")
                self._process.wait(5)

    def _take(self, line: bytes) -> None:
        try:
            answer = protocol.parse(line)
        except ShotlistRayError as error:
            if not self._hello.done():
                self._hello.set_exception(error)
            self._process.kill(str(error))
            return
        match answer:
            case Hello() if not self._hello.done():
                self._hello.set_result(answer)
            case Heartbeat():
                self._on_heartbeat(answer)
            case Done():
                self._answer(answer.id, answer)
            case Refusal(id=None):
                # Nobody knows which task it is that will never be answered.
                self._process.kill(f"it refused a line: {answer.message}")
            case Refusal():
                self._answer(answer.id, ShotlistRayError(answer.code, answer.message, answer.remedy))
            case Bye():
                self._is_closing = True

    def _answer(self, id: str | None, answer: Done | ShotlistRayError) -> None:
        with self._guard:
            task = self._tasks.pop(id or "", None)
        if task and isinstance(answer, Done):
            task.set_result(answer)
        elif task and isinstance(answer, ShotlistRayError):
            task.set_exception(answer)

    def _log(self, line: str) -> None:
        self._said = [*self._said[-4:], line]
        logger.info("worker %s: %s", self.name, line)

    def _ended(self, why: str) -> None:
        last = f"; it said last: {self._said[-1]}" if self._said else ""
        with self._guard:
            self._end = f"The worker {self.name} is gone: {why}{last}"
            tasks, self._tasks = self._tasks, {}
        for task in tasks.values():
            task.set_exception(WorkerStopped(self._end) if self._is_closing else WorkerDied(self._end))
        if not self._hello.done():
            self._hello.set_exception(_unusable(f"`shotlist worker` on {node()} is of no use: {why}{last}."))


def find_program(program: str, folder: str) -> str:
    """The program's path on this node.

    Raises:
        ShotlistRayError: when this node does not have it.
    """
    path = os.path.join(folder, program) if "/" in program else program
    found = shutil.which(path)
    if found is None:
        where = f"no program '{path}'" if "/" in program else f"no program '{program}' in its PATH"
        raise ShotlistRayError(
            "program_missing", f"The node {node()} has {where}.",
            "Install shotlist there, or name its path with --shotlist.")
    return found


def node() -> str:
    """This machine as a reader knows it: its name, and its address in the cluster where there is one."""
    with contextlib.suppress(Exception):
        import ray

        if ray.is_initialized():
            address = ray.util.get_node_ip_address()  # type: ignore[no-untyped-call]
            return f"{socket.gethostname()} ({address})"
    return socket.gethostname()


def _unusable(message: str) -> ShotlistRayError:
    return ShotlistRayError(
        "worker_unusable", message, "Run `shotlist doctor` there; the worker's own words are in the actor's log.")
