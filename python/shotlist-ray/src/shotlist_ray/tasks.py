"""Groups videos into tasks that are long enough to be worth sending and short enough to be done again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from .protocol import VIDEOS_LIMIT, Task, VideoPart
from .videos import Video

#: Bytes of video in a task: some ten seconds of a worker's time and more, by what the slowest engine does with small files.
TASK_BYTES = 64 << 20


def task_id(videos: Sequence[VideoPart]) -> str:
    """A task's name. It says what is in it, so that logs of two runs can be read side by side."""
    text = "\n".join(f"{video.path} {video.start} {video.end}" for video in videos)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def group(
    videos: Sequence[Video], arguments: Sequence[str], *, task_bytes: int = TASK_BYTES, workers: int = 1
) -> list[Task]:
    """Tasks of neighbouring videos, in their order.

    Args:
        videos: those that can be tried.
        arguments: the flags of `shotlist run` that every task has.
        task_bytes: how many bytes of video a task is to have at least. It has fewer where otherwise some workers would have
            no task: each is to have four, so that the last ones do not wait for one another.
        workers: how many will share them.
    """
    wanted = max(1, min(task_bytes, sum(video.size for video in videos) // (4 * max(1, workers))))
    most = min(VIDEOS_LIMIT, max(1, -(-len(videos) // (4 * max(1, workers)))))
    tasks: list[Task] = []
    held: list[VideoPart] = []
    size = 0
    for video in videos:
        held.append(VideoPart(video.path))
        size += video.size
        if size >= wanted or len(held) >= most:
            tasks.append(_task(held, arguments))
            held, size = [], 0
    if held:
        tasks.append(_task(held, arguments))
    return tasks


def spans(video: Video, duration: float, span: float, arguments: Sequence[str]) -> list[Task]:
    """Tasks of one long video, each for the clips that begin in `span` seconds of it. None for one that is no longer.

    The last has no end, for durations that were told too short. The whole video must follow when all of them are done.
    """
    count = int(-(-duration // span)) if span > 0 else 1
    if count < 2:
        return []
    parts = [
        VideoPart(video.path, index * span, (index + 1) * span if index + 1 < count else None) for index in range(count)
    ]
    return [_task([part], arguments) for part in parts]


def plan(
    videos: Sequence[Video], durations: Mapping[str, float], span: float, arguments: Sequence[str], *,
    task_bytes: int = TASK_BYTES, workers: int = 1,
) -> tuple[list[Task], list[Task]]:
    """The tasks that can be done at once, long videos' parts first; and those of whole videos that wait for their parts.

    Args:
        durations: seconds of the videos that may be cut, by path.
        span: seconds of a part; 0 to cut none.
    """
    parts = {video.path: spans(video, durations.get(video.path, 0), span, arguments) for video in videos}
    short = [video for video in videos if not parts[video.path]]
    long = [video for video in videos if parts[video.path]]
    first = [task for video in long for task in parts[video.path]]
    first += group(short, arguments, task_bytes=task_bytes, workers=workers)
    return first, group(long, arguments, task_bytes=task_bytes, workers=workers)


def _task(videos: Sequence[VideoPart], arguments: Sequence[str]) -> Task:
    return Task(task_id(videos), tuple(videos), tuple(arguments))
