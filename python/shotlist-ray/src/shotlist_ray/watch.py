"""Follows a run from the driver: how far it is, and what stopped it."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ray

from .board import Progress
from .errors import ShotlistRayError
from .protocol import Task

#: Seconds between two looks.
_INTERVAL = 1.0


class Watch:
    """Looks at the board while a run goes on, and tells what it sees.

    Args:
        board: where workers tell how far they are.
        tasks: those of the run.
        sizes: bytes of videos, by path.
        on_progress: gets what workers tell, bytes of video that are done, and all of them.
    """

    def __init__(
        self, board: Any, tasks: Sequence[Task], sizes: Mapping[str, int],
        on_progress: Callable[[Progress, float, float], None],
    ) -> None:
        # The parts of a video share its bytes; the whole, which only brings them together, has none.
        counts = Counter(video.path for task in tasks for video in task.videos if not video.is_whole)
        self._bytes = {
            task.id: sum(
                (0.0 if video.is_whole and video.path in counts else sizes.get(video.path, 0) / (counts[video.path] or 1))
                for video in task.videos)
            for task in tasks}
        self._board, self._on_progress = board, on_progress
        self._done: set[str] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="shotlist-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(30)

    def _follow(self) -> None:
        while not self._is_over.wait(_INTERVAL):
            with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
                progress: Progress = ray.get(self._board.look.remote(), timeout=30)
                self._done.update(progress.done)
                done = sum(self._bytes.get(task, 0.0) for task in self._done)
                self._on_progress(progress, done, sum(self._bytes.values()))


@contextlib.contextmanager
def told(board: Any) -> Iterator[None]:
    """Has what stopped a stage told in its own words: Ray tells it in a traceback.

    Raises:
        ShotlistRayError: for whatever Ray raises.
    """
    try:
        yield
    except ShotlistRayError:
        raise
    except Exception as error:
        told: tuple[str, str, str] | None = None
        with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
            told = ray.get(board.failure.remote(), timeout=30)
        if told is not None:
            raise ShotlistRayError(*told) from error
        raise ShotlistRayError(
            "ray_failed", f"Ray could not go on with the run: {_first_line(error)}.",
            "What is done is kept, and the same command goes on. Ray's own words are in the logs of its session, ray-data.log."
        ) from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].rstrip('.') if lines else 'no reason given'}"
