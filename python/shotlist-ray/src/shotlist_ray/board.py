"""Where workers of a run tell how far they are, and hear whether it is to stop: an actor without a processor of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Progress:
    """What workers have told since the run began."""

    windows: int = 0
    tokens: int = 0
    workers: int = 0
    under_way: int = 0
    done: list[str] = field(default_factory=list)


class Board:
    """Ray makes an actor of it. What is on it is lost with its node, and costs nothing but the numbers."""

    def __init__(self) -> None:
        self._windows: dict[str, int] = {}
        self._tokens: dict[str, int] = {}
        self._tasks: dict[str, int] = {}
        self._begun: Counter[str] = Counter()
        self._done: list[str] = []
        self._stages: set[str] = set()
        self._is_stopping = False
        self._failure: tuple[str, str, str] | None = None

    def begin(self, task: str, stage: str = "") -> int:
        """How often a task was begun, this time included: a node that dies takes the count of what it tried with it.

        Args:
            stage: a name of whoever begins it, which `left` is told.
        """
        if stage:
            self._stages.add(stage)
        self._begun[task] += 1
        return self._begun[task]

    def left(self, stage: str) -> None:
        """Tells that a stage's worker has ended."""
        self._stages.discard(stage)

    def at_work(self) -> int:
        """How many stages have begun something, and have not told that their worker has ended."""
        return len(self._stages)

    def finish(self, task: str) -> None:
        """Tells that a task has its answer."""
        self._done.append(task)

    def beat(self, worker: str, windows: int, tokens: int, tasks: int) -> None:
        """Tells what a worker has done since it began."""
        self._windows[worker], self._tokens[worker] = windows, tokens
        self._tasks[worker] = tasks

    def gone(self, worker: str) -> None:
        """Tells that a worker is no more."""
        self._tasks.pop(worker, None)

    def fail(self, code: str, message: str, remedy: str) -> None:
        """Tells what a worker cannot go on for; the first reason is kept."""
        self._failure = self._failure or (code, message, remedy)

    def failure(self) -> tuple[str, str, str] | None:
        return self._failure

    def look(self) -> Progress:
        """How far the run is; tasks that were done since the last look."""
        done, self._done = self._done, []
        return Progress(
            sum(self._windows.values()), sum(self._tokens.values()), len(self._tasks), sum(self._tasks.values()), done)

    def stop(self) -> None:
        """From now on workers are told to stop."""
        self._is_stopping = True

    def is_stopping(self) -> bool:
        return self._is_stopping
