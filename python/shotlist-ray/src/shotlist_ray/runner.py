"""Runs Shotlist over a folder of videos on Ray: Ray Data does the scheduling."""

from __future__ import annotations

import contextlib
import inspect
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ray
from ray.data import ActorPoolStrategy, Dataset
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from . import flags, rows, tasks, videos
from .board import Board, Progress
from .durations import durations
from .errors import FlagError
from .hold import output_held
from .nodes import NodeNeeds
from .protocol import Task, VideoResult
from .settings import run_settings
from .sizing import cluster_nodes, size
from .stage import ShotlistStage
from .watch import Watch, told

#: Tasks that a worker has at once: the two that it works on, and one more, so that nothing waits.
TASKS_PER_WORKER = 3
#: Tasks of a run, at most, unless a task's size was asked for: each is a block of Ray Data.
_MOST_TASKS = 20_000
#: Seconds that workers may take to end.
_END = 20.0


@dataclass(frozen=True)
class RayOptions:
    """How a run uses the cluster.

    Attributes:
        workers: how many there are at most; None for as many as find room, also on nodes that come later.
        cpus_per_worker, gpus_per_worker: what each is given; None for what `sizing.size` says.
        tasks_per_worker: tasks that a worker has at once.
        task_bytes: bytes of video in a task; None for 64 MiB, or more where there would be very many tasks.
        task_span: videos longer than so many seconds are cut into tasks of that length; None for none.
        program: the program's path on the nodes, or its name to look for in their PATH.
        heartbeat: seconds between a worker's heartbeats.
        silence: seconds without a word after which a worker counts as lost.
    """

    workers: int | None = None
    cpus_per_worker: float | None = None
    gpus_per_worker: float | None = None
    tasks_per_worker: int = TASKS_PER_WORKER
    task_bytes: int | None = None
    task_span: float | None = None
    program: str = "shotlist"
    heartbeat: float = 5.0
    silence: float = 60.0


def run(
    arguments: Sequence[str], options: RayOptions = RayOptions(), *,
    on_progress: Callable[[Progress, float, float], None] = lambda _progress, _done, _all: None,
    on_stopper: Callable[[Callable[[], None]], None] = lambda _stop: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Dataset:
    """Does what `shotlist run` does with these flags, on the cluster that Ray is connected to. The records are in the output;
    `shotlist merge` makes its summary.

    Args:
        arguments: flags of `shotlist run`.
        options: how the cluster is used.
        on_progress: called every second or so with what workers tell, and bytes of video that are done, and all of them.
        on_stopper: gets what has workers stop; rows of videos that they did not come to have the status `open`.
        should_stop: asked between the steps of a run.

    Returns:
        A row for each video, materialised; `rows.COLUMNS` are its columns.

    Raises:
        ShotlistRayError: for what stops the run as a whole.
    """
    given = flags.parse(arguments)
    if options.task_span is not None and videos.in_bucket(given.video_dir):
        raise FlagError(
            f"--task-span cannot cut the videos of '{given.video_dir}': their lengths are known when they are opened.",
            "Leave it out, or mount the bucket as a folder on every node.")
    found = videos.find(given.video_dir, given.video_limit, options.program)
    good = [video for video in found if video.problem is None]
    with output_held(given.output_path) as hold:
        needs = NodeNeeds(
            os.getcwd(), options.program, given.output_path, hold.path if hold else None, hold.token if hold else "",
            (good[0].path, good[0].size) if good else None, given.paths, given.environment)
        room = size(
            cluster_nodes(), uses_card=given.uses_card, cpus=options.cpus_per_worker, gpus=options.gpus_per_worker)
        most = options.workers or max(1, room.fitting)
        passed = list(given.arguments)
        if not any(text.split("=")[0] == "--threads" for text in passed) and room.cpus >= 1:
            passed += ["--threads", f"{int(room.cpus)}"]
        lengths = {} if options.task_span is None else durations(
            [video.path for video in good], options.program, needs.folder)
        first, later = tasks.plan(
            good, lengths, options.task_span or 0, passed, task_bytes=_task_bytes(options, good), workers=most)
        board = _board()
        on_stopper(lambda: ray.get(board.stop.remote(), timeout=30))
        pool = _Pool(options, given.output_path, passed, needs, board, room.cpus, room.gpus, most)
        sizes = {video.path: video.size for video in good}
        results: list[Dataset] = []
        with Watch(board, first + later, sizes, on_progress):
            for group in (first, later):
                if group and not should_stop():
                    # Looking through all blocks once more takes as long as handing them out, and most runs have no parts.
                    cut = any(not video.is_whole for task in group for video in task.videos)
                    done = pool.run(group, cut)
                    results.append(done.map_batches(rows.whole_videos, batch_format="pyarrow") if cut else done)
        together = _together(results, found)
        _wait_for_workers(board)
        return together


@dataclass(frozen=True)
class _Pool:
    options: RayOptions
    output: str
    arguments: list[str]
    needs: NodeNeeds
    board: Any
    cpus: float
    gpus: float
    workers: int

    def run(self, group: Sequence[Task], cut: bool) -> Dataset:
        """Has actors do tasks, each a block of a Dataset; `cut` where some are of parts of videos."""
        with run_settings(), told(self.board):
            results: Dataset = self._stage(group, cut).materialize()
        return results

    def _stage(self, group: Sequence[Task], cut: bool) -> Dataset:
        at_once = self.options.tasks_per_worker
        # What an actor does at once was a setting of Ray's actors, and is one of the pool from some release on.
        of_pool = "max_concurrent_calls_per_actor" in inspect.signature(ActorPoolStrategy).parameters
        calls: dict[str, Any] = {"max_concurrent_calls_per_actor": at_once} if of_pool else {}
        more: dict[str, Any] = {} if of_pool else {"max_concurrency": at_once}
        stage: Dataset = ray.data.from_arrow([rows.task_table(task, cut) for task in group]).map_batches(
            ShotlistStage,
            batch_size=None, batch_format="pyarrow",
            fn_constructor_kwargs={
                "output_path": self.output, "arguments": self.arguments, "folder": self.needs.folder,
                "program": self.options.program, "heartbeat": self.options.heartbeat,
                "silence": self.options.silence, "needs": self.needs, "board": self.board},
            # With as many as the least, Ray Data would not let go of one that has nothing to do, and the actor of a node that
            # died might wait for its room for ever.
            compute=ActorPoolStrategy(
                min_size=1, max_size=self._most(len(group)), initial_size=min(self.workers, len(group)),
                max_tasks_in_flight_per_actor=at_once, **calls),
            # Ray Data has actors that died begun again, and their tasks, without end.
            num_cpus=self.cpus, num_gpus=self.gpus, **more)
        return stage

    def _most(self, count: int) -> int:
        return min(count, self.options.workers or count)


def _wait_for_workers(board: Any) -> None:
    """Until the workers have ended, whose actors Ray has let go of: they keep a last copy of what they did, and give their place
    back. Those of a node that died never tell."""
    deadline = time.monotonic() + _END
    with contextlib.suppress(ray.exceptions.RayError, TimeoutError):
        while time.monotonic() < deadline and ray.get(board.at_work.remote(), timeout=30):
            time.sleep(0.1)


def _board() -> Any:
    """On the driver's node, which lives as long as the run, where it may be."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
    return ray.remote(Board).options(num_cpus=0, max_restarts=-1, scheduling_strategy=here).remote()


def _task_bytes(options: RayOptions, good: Sequence[videos.Video]) -> int:
    return options.task_bytes or max(tasks.TASK_BYTES, sum(video.size for video in good) // _MOST_TASKS)


def _together(results: Sequence[Dataset], found: Sequence[videos.Video]) -> Dataset:
    """The rows of videos that were worked on, and those of what was found and cannot be opened."""
    whole = list(results)
    problems = [VideoResult(one.path, "failed", reason="unreadable", message=one.problem) for one in found if one.problem]
    if problems or not whole:
        whole.append(ray.data.from_arrow(rows.failures(problems)))
    # Ray Data makes no union of one.
    together: Dataset = (whole[0].union(*whole[1:]) if len(whole) > 1 else whole[0]).materialize()
    return together
