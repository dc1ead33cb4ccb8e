"""Shotlist as a stage of a Ray Data pipeline."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import ray

from . import rows
from .errors import ShotlistRayError
from .keeper import Keeper, Outcome
from .metrics import WorkerMetrics
from .nodes import NodeNeeds, check
from .protocol import Done, Heartbeat, Task, VideoResult
from .worker import WorkerOptions

logger = logging.getLogger("shotlist_ray")

#: How often a task is begun at most, by whichever nodes: what takes its whole node along is not tried for ever.
BEGINNINGS = 20
#: Threads that wait for workers' answers; Ray Data says how many tasks an actor has at once.
_THREADS = 64


class ShotlistStage:
    """A class for `ds.map_batches`: each batch's videos are one task of the worker that the actor keeps.

        ds = ray.data.from_items([{"path": "videos/a.mp4"}, {"path": "videos/b.mp4"}])
        ds.map_batches(
            ShotlistStage, batch_size=16, concurrency=4, num_gpus=1,
            fn_constructor_kwargs={
                "output_path": "shots", "arguments": ["--video-dir", "videos", "--generate-captions"]})

    A row gets the columns of `rows.COLUMNS`; its others stay. Optional columns `from` and `to` (seconds) take a part of a video.

    Args:
        output_path: the folder to write below, which all nodes share.
        arguments: further flags of `shotlist run`, with `--video-dir`.
        column: the column that holds the video's path.
        folder: the folder from which relative paths go, such as the driver's `os.getcwd()`; the actor's own when left out.
        program: the program's path on the nodes, or its name to look for in their PATH.
        heartbeat: seconds between the worker's heartbeats.
        silence: seconds without a word after which it counts as lost, and is started again.
        needs: what a node must have; made of the others when left out.
        board: where a run of `shotlist_ray.run` collects how far it is.
    """

    def __init__(
        self, output_path: str, arguments: Sequence[str] = (), *, column: str = "path", folder: str | None = None,
        program: str = "shotlist", heartbeat: float = 5.0, silence: float = 60.0, needs: NodeNeeds | None = None,
        board: Any = None,
    ) -> None:
        # Nothing here may fail: Ray Data ends a run whose actor cannot be made, and shows no sentence.
        self._arguments, self._column = tuple(arguments), column
        self._needs = needs or NodeNeeds(folder or os.getcwd(), program, output_path)
        self._board, self._name = board, secrets.token_hex(8)
        self._checking, self._is_checked = threading.Lock(), False
        self._threads = ThreadPoolExecutor(_THREADS, "shotlist")
        self._is_over = threading.Event()
        telling = _Telling(board)
        self._keeper = Keeper(
            WorkerOptions(output_path, self._needs.folder, program, heartbeat, silence), telling.take)
        if board is not None:
            threading.Thread(
                target=_watch, args=(board, self._keeper, self._is_over), name="shotlist-board", daemon=True).start()

    async def __call__(self, batch: Any) -> pa.Table:
        table = rows.table_of(batch)
        task = rows.task_of(table, self._column, self._arguments)
        outcome = await asyncio.get_running_loop().run_in_executor(self._threads, self._do, task)
        return rows.results(table, self._column, outcome)

    def __del__(self) -> None:
        # Ray Data lets go of the stage when all is done; an actor that is killed takes the worker along.
        with contextlib.suppress(AttributeError):
            self._is_over.set()
            self._keeper.close()
            if self._board is not None:
                # The process may be gone before what nobody waits for is sent.
                with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
                    ray.get(self._board.left.remote(self._name), timeout=5)

    def _do(self, task: Task) -> Outcome:
        try:
            return self._done(task)
        except ShotlistRayError as error:
            if self._board is not None:
                # Ray's own way to the driver is a traceback.
                with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
                    ray.get(self._board.fail.remote(error.code, error.message, error.remedy), timeout=30)
            raise

    def _done(self, task: Task) -> Outcome:
        with self._checking:
            if not self._is_checked:
                check(self._needs)
                self._is_checked = True
        if self._board is not None and (count := self._begin(task)) > BEGINNINGS:
            message = f"It was begun {count - 1} times, and no worker lived to its end."
            return Outcome(_given_up(task, message), "", socket.gethostname())
        outcome = self._keeper.do(task)
        if self._board is not None and outcome.done.status == "done":
            self._board.finish.remote(task.id)
        return outcome

    def _begin(self, task: Task) -> int:
        try:
            return int(ray.get(self._board.begin.remote(task.id, self._name), timeout=30))
        except (ray.exceptions.RayError, TimeoutError):
            return 1  # The board is lost with its node, and counts anew.


class _Telling:
    """Passes heartbeats on. It knows nothing of the stage, so that this can be let go of."""

    def __init__(self, board: Any) -> None:
        self._board, self._metrics = board, WorkerMetrics(socket.gethostname())
        self._last = ""

    def take(self, worker: str, beat: Heartbeat) -> None:
        self._metrics.take(worker, beat)
        if self._board is None:
            return
        if self._last not in ("", worker):
            self._board.gone.remote(self._last)
        self._last = worker
        self._board.beat.remote(worker, beat.windows, beat.tokens, len(beat.tasks))


def _watch(board: Any, keeper: Keeper, is_over: threading.Event) -> None:
    """Stops the worker when the run is to stop."""
    while not is_over.wait(1.0):
        with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
            if ray.get(board.is_stopping.remote(), timeout=30):
                return keeper.stop()


def _given_up(task: Task, message: str) -> Done:
    return Done(
        task.id, "done", videos=tuple(
            VideoResult(video.path, "failed", reason="worker_died", message=message) for video in task.videos))
