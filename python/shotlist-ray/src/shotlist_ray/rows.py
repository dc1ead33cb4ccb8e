"""Rows of a Ray Dataset: tasks as they come, results as they go."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from ray.data.block import BlockAccessor

from .keeper import Outcome
from .protocol import Done, Task, VideoPart, VideoResult
from .tasks import task_id

#: The columns of results, in their order; those of the batch stay before them.
COLUMNS = {
    "status": pa.string(),
    "clips": pa.int64(),
    "windows": pa.int64(),
    "kept_windows": pa.int64(),
    "reason": pa.string(),
    "message": pa.string(),
    "seconds": pa.float64(),
    "worker": pa.string(),
    "host": pa.string(),
    "task": pa.string(),
    "task_counts": pa.string(),
}


def task_table(task: Task, cut: bool = True) -> pa.Table:
    """A task as a block: a row for each video, with its bounds where `cut` says that some in the run have any."""
    columns = {"path": pa.array([video.path for video in task.videos], pa.string())}
    if cut:
        columns["from"] = pa.array([video.start for video in task.videos], pa.float64())
        columns["to"] = pa.array([video.end for video in task.videos], pa.float64())
    return pa.table(columns)


def table_of(batch: Any) -> pa.Table:
    """A batch as a table, whatever format Ray gives it in."""
    if isinstance(batch, pa.Table):
        return batch
    return BlockAccessor.for_block(BlockAccessor.batch_to_block(batch)).to_arrow()


def task_of(batch: pa.Table, column: str, arguments: Sequence[str]) -> Task:
    """A batch as a task: the videos of a column, each once, and what of them, where there are columns `from` and `to`."""
    videos = tuple(dict.fromkeys(_parts(batch, column)))
    return Task(task_id(videos), videos, tuple(arguments))


def results(batch: pa.Table, column: str, outcome: Outcome) -> pa.Table:
    """The batch with how each of its videos ended, in further columns."""
    parts = _parts(batch, column)
    asked = tuple(dict.fromkeys(parts))
    # A worker answers in the order in which it was asked: two parts of one video have one path.
    by_part = dict(zip(asked, outcome.done.videos)) if len(asked) == len(outcome.done.videos) else {}
    by_path = {video.path: video for video in outcome.done.videos}
    videos = [by_part.get(part) or by_path.get(part.path) or VideoResult(part.path, "open") for part in parts]
    counts = json.dumps(outcome.done.counts, sort_keys=True)
    columns: dict[str, list[Any]] = {
        "status": [video.status for video in videos],
        "clips": [video.clips for video in videos],
        "windows": [video.windows for video in videos],
        "kept_windows": [video.kept_windows for video in videos],
        "reason": [video.reason for video in videos],
        "message": [video.message for video in videos],
        "seconds": [outcome.done.seconds for _ in videos],
        "worker": [outcome.worker for _ in videos],
        "host": [outcome.host for _ in videos],
        "task": [outcome.done.id for _ in videos],
        "task_counts": [counts for _ in videos],
    }
    kept = batch.drop_columns([name for name in batch.column_names if name in COLUMNS])
    for name, kind in COLUMNS.items():
        kept = kept.append_column(name, pa.array(columns[name], kind))
    return kept


def whole_videos(batch: pa.Table) -> pa.Table:
    """The rows of whole videos, without the columns that tell parts."""
    if "from" not in batch.column_names:
        return batch
    is_whole = pc.and_(pc.is_null(batch["from"]), pc.is_null(batch["to"]))
    return batch.filter(is_whole).drop_columns(["from", "to"])


def failures(problems: Sequence[VideoResult]) -> pa.Table:
    """Rows of videos that no worker was asked for."""
    table = pa.table({"path": pa.array([video.path for video in problems], pa.string())})
    return results(table, "path", Outcome(Done("", "done", videos=tuple(problems)), "", ""))


def _parts(batch: pa.Table, column: str) -> list[VideoPart]:
    starts, ends = (_bounds(batch, name) for name in ("from", "to"))
    return [VideoPart(*video) for video in zip(batch[column].to_pylist(), starts, ends)]


def _bounds(batch: pa.Table, name: str) -> list[float | None]:
    if name not in batch.column_names:
        return [None] * batch.num_rows
    # What is no number, or beyond all, is no bound.
    return [float(value) if value is not None and math.isfinite(value) else None for value in batch[name].to_pylist()]
