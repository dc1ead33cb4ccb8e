from __future__ import annotations

from shotlist_ray.tasks import group, plan, spans
from shotlist_ray.videos import Video


def sized(*sizes: int) -> list[Video]:
    return [Video(f"v/{index:04}.mp4", size) for index, size in enumerate(sizes)]


def test_videos_are_grouped_in_their_order_until_a_task_is_long_enough() -> None:
    tasks = group(sized(*[30] * 20), ["--x"], task_bytes=60)
    assert [len(task.videos) for task in tasks] == [2] * 10
    assert [video.path for task in tasks for video in task.videos] == [video.path for video in sized(*[1] * 20)]
    assert all(task.arguments == ("--x",) and all(video.is_whole for video in task.videos) for task in tasks)
    assert len({task.id for task in tasks}) == 10


def test_a_large_video_is_a_task_of_its_own() -> None:
    assert [len(task.videos) for task in group(sized(1, 500, 1, 1), [], task_bytes=100)] == [1, 1, 1, 1]
    assert [len(task.videos) for task in group(sized(500, *[1] * 8), [], task_bytes=100)][0] == 1


def test_no_worker_is_without_tasks_because_tasks_are_large() -> None:
    assert len(group(sized(*[1] * 64), [], task_bytes=1 << 30, workers=4)) == 16


def test_a_task_has_a_thousand_videos_at_most() -> None:
    assert max(len(task.videos) for task in group(sized(*[0] * 9000), [], workers=1)) == 1000


def test_the_same_videos_are_the_same_task_in_every_run() -> None:
    assert [task.id for task in group(sized(1, 2, 3), [])] == [task.id for task in group(sized(1, 2, 3), [])]


def test_a_long_video_is_cut_and_the_last_part_is_open() -> None:
    parts = spans(Video("v/a.mp4", 1), 25, 10, [])
    assert [(task.videos[0].start, task.videos[0].end) for task in parts] == [(0, 10), (10, 20), (20, None)]
    assert spans(Video("v/a.mp4", 1), 10, 10, []) == []


def test_whole_videos_wait_for_their_parts() -> None:
    first, later = plan(sized(1, 1), {"v/0001.mp4": 30}, 10, [])
    assert [[video.encoded() for video in task.videos] for task in later] == [[{"path": "v/0001.mp4"}]]
    assert [task.videos[0].encoded() for task in first] == [
        {"path": "v/0001.mp4", "from": 0, "to": 10}, {"path": "v/0001.mp4", "from": 10, "to": 20},
        {"path": "v/0001.mp4", "from": 20}, {"path": "v/0000.mp4"}]


def test_without_a_span_no_video_is_cut() -> None:
    first, later = plan(sized(1, 1), {}, 0, [], task_bytes=1)
    assert [video.encoded() for task in first for video in task.videos] == [{"path": "v/0000.mp4"}, {"path": "v/0001.mp4"}]
    assert later == []
