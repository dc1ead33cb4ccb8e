"""Keeps a worker at hand: starts it, starts it again when it is gone, and gives up on tasks that kill it."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .errors import ShotlistRayError, WorkerDied, WorkerStopped
from .protocol import Done, Heartbeat, Task, VideoResult
from .worker import Worker, WorkerOptions

logger = logging.getLogger("shotlist_ray")

#: How often a worker may die over a task; all but the first time the task is the only one it has.
DEATHS = 3
#: Codes of a run that failed with its machine, and that another process, or another node, may do: as if the worker had died.
LOST = ("engine_failed", "out_of_memory")
#: How often a worker may be told to stop over one task before something must be wrong.
STOPS = 10


@dataclass(frozen=True)
class Outcome:
    """A task's answer, and who gave it: the worker's name, and its machine's."""

    done: Done
    worker: str
    host: str


class Keeper:
    """One worker's place. Many threads may call `do` at once.

    Args:
        options: how workers are started; the first is with the first task.
        on_heartbeat: gets each worker's name and heartbeat.
    """

    def __init__(
        self, options: WorkerOptions, on_heartbeat: Callable[[str, Heartbeat], None] = lambda _name, _beat: None
    ) -> None:
        self._options, self._on_heartbeat = options, on_heartbeat
        self._starting = threading.Lock()
        self._current: Worker | None = None
        self._turns = _Turns()
        self._is_stopping = False

    def do(self, task: Task) -> Outcome:
        """Has a task done. One over which workers die is answered as failed; one that was not come to, since `stop` was
        called, as cancelled.

        Raises:
            ShotlistRayError: when no worker can be had, or it cannot go on.
            WorkerStopped: when workers are told to stop over and over, by somebody else.
        """
        deaths = stops = 0
        while not self._is_stopping:
            with self._turns.taken(alone=deaths > 0):
                worker = self._worker()
                if worker is None:
                    break
                try:
                    done = worker.run(task)
                    if done.status == "failed" and done.code in LOST:
                        raise WorkerDied(f"The worker {worker.name} lost its engine: {done.message or done.code}")
                except WorkerStopped:
                    done = Done(task.id, "cancelled")
                except WorkerDied as death:
                    if self._is_stopping:
                        break
                    deaths += 1
                    logger.warning("task %s, %d of %d times: %s", task.id, deaths, DEATHS, death)
                    if deaths == DEATHS:
                        return Outcome(_failed(task, str(death)), worker.name, worker.hello.host)
                    continue
            if done.status == "done" or done.status == "cancelled" and self._is_stopping:
                return Outcome(done, worker.name, worker.hello.host)
            if done.status != "cancelled":
                raise ShotlistRayError(
                    done.code or "internal_failure",
                    f"The worker on {worker.hello.host} cannot go on: {done.message or 'it does not say why'}", done.remedy)
            stops += 1
            if stops == STOPS:
                raise WorkerStopped(f"The worker {worker.name} was told to stop, as {STOPS - 1} before it over this task.")
            worker.close(12)
        return Outcome(Done(task.id, "cancelled"), "", "")

    def stop(self) -> None:
        """Has everything brought to its end within ten seconds: what is under way and what comes is `cancelled`."""
        self._is_stopping = True
        if worker := self._current:
            worker.stop()

    def close(self, seconds: float = 15.0) -> None:
        """Has the worker finish what it has, and end."""
        self._is_stopping = True
        with self._starting:
            worker, self._current = self._current, None
        if worker:
            worker.close(seconds)

    def _worker(self) -> Worker | None:
        with self._starting:
            if self._is_stopping:
                return None
            if self._current is None or not self._current.is_alive:
                name = ""
                self._current = Worker(self._options, lambda beat: self._on_heartbeat(name, beat))
                name = self._current.name
                if self._is_stopping:
                    self._current.stop()  # `stop` was called while it started, and did not see it.
            return self._current


class _Turns:
    """Tasks share the worker, but for one that wants it alone: that waits for the others, and later ones for it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._sharing = 0
        self._alone_wanted = 0
        self._is_alone = False

    @contextlib.contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        with self._condition:
            if alone:
                self._alone_wanted += 1
                self._condition.wait_for(lambda: self._sharing == 0 and not self._is_alone)
                self._alone_wanted -= 1
                self._is_alone = True
            else:
                self._condition.wait_for(lambda: not self._is_alone and self._alone_wanted == 0)
                self._sharing += 1
        try:
            yield
        finally:
            with self._condition:
                if alone:
                    self._is_alone = False
                else:
                    self._sharing -= 1
                self._condition.notify_all()


def _failed(task: Task, why: str) -> Done:
    message = f"Workers died {DEATHS} times over it. {why}"
    return Done(
        task.id, "done", videos=tuple(
            VideoResult(video.path, "failed", reason="worker_died", message=message) for video in task.videos))
