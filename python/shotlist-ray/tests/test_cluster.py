"""Real Ray, whose nodes are processes of this machine, with the stand-in for the program."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import ray
from ray.cluster_utils import Cluster

from shotlist_ray import ShotlistStage

from clusters import Command, add, cluster, kill
from conftest import asked, is_running, written

pytestmark = pytest.mark.cluster
Make = Callable[..., str]


@pytest.fixture(scope="module")
def standing() -> Iterator[Cluster]:
    """Two nodes that no test kills."""
    with cluster(1, 1) as made:
        yield made


def many(video: Make, count: int, **about: Any) -> list[str]:
    """Videos with three windows each, and those windows as they are recorded."""
    return [f"{video(f'v/{index:03}.mp4', windows=3, **about)} {window}" for index in range(count) for window in range(3)]


def flags(program: str, *more: str) -> list[str]:
    return ["--video-dir", "v", "--output-path", "out", "--generate-captions", "--shotlist", program, *more]


def assert_complete(folder: Path, windows: list[str]) -> None:
    assert written(folder / "out") == set(windows)
    assert asked(folder / "out") == dict.fromkeys(windows, 1), "a window was done twice, or none"


@pytest.mark.short
def test_a_run_does_every_window_once_and_tells_of_every_video(
    standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    windows = many(video, 40, seconds=0.05)
    video("v/bad.mp4", fault="unreadable")
    command = Command(standing, folder, flags(program(), "--ray-results", "results", "--ray-task-bytes", "100"))
    assert command.wait() == 2, command.log()
    assert_complete(folder, windows)
    rows = {row["path"]: row for row in pq.read_table(folder / "results").to_pylist()}
    assert sorted(rows) == sorted({window.split()[0] for window in windows} | {"v/bad.mp4"})
    assert (rows["v/000.mp4"]["status"], rows["v/000.mp4"]["windows"], rows["v/000.mp4"]["reason"]) == ("done", 3, None)
    assert (rows["v/bad.mp4"]["status"], rows["v/bad.mp4"]["reason"]) == ("failed", "unreadable")
    assert json.loads(rows["v/000.mp4"]["task_counts"])["windows"] > 0
    # Each node's actor had a worker, and both had something to do.
    assert len({row["worker"] for row in rows.values()}) == 2
    assert json.loads((folder / "out/summary.json").read_text())["videos"] == 40


def test_the_same_command_has_nothing_to_do_again(standing: Cluster, program: Make, video: Make, folder: Path) -> None:
    windows = many(video, 6)
    for _ in range(2):
        command = Command(standing, folder, flags(program()))
        assert command.wait() == 0, command.log()
    assert_complete(folder, windows)


def test_a_video_that_kills_workers_is_told_and_the_run_goes_on(
    standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    windows = many(video, 8)
    video("v/bad.mp4", windows=9, fault="die")
    command = Command(standing, folder, flags(program(), "--ray-results", "results", "--ray-task-bytes", "1"))
    assert command.wait() == 2, command.log()
    assert set(windows) <= written(folder / "out")
    rows = {row["path"]: row for row in pq.read_table(folder / "results").to_pylist()}
    assert rows["v/bad.mp4"]["reason"] == "worker_died" and "3 times" in rows["v/bad.mp4"]["message"]
    assert sum(row["status"] == "done" for row in rows.values()) == 8


def test_long_videos_are_cut_and_brought_together(standing: Cluster, program: Make, video: Make, folder: Path) -> None:
    video("v/long.mp4", windows=30, duration=30)
    video("v/short.mp4", windows=2, duration=2)
    command = Command(standing, folder, flags(program(), "--task-span", "10", "--ray-results", "results"))
    assert command.wait() == 0, command.log()
    assert_complete(folder, [f"v/long.mp4 {index}" for index in range(30)] + ["v/short.mp4 0", "v/short.mp4 1"])
    rows = pq.read_table(folder / "results").to_pylist()
    assert sorted((row["path"], row["windows"]) for row in rows) == [("v/long.mp4", 30), ("v/short.mp4", 2)]
    assert json.loads((folder / "out/processed_videos/v_long.mp4.json").read_text()) == 30


@pytest.mark.parametrize(
    ("mode", "words"),
    [("version", "speaks version 2 of the protocol; this package speaks 1. Install the same release"),
     ("ends", "is of no use: it ended with 64; it said last: error: no such command 'worker'")])
def test_a_program_that_does_not_fit_is_one_sentence(
    mode: str, words: str, standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    many(video, 2)
    command = Command(standing, folder, flags(program(mode)))
    assert command.wait() == 1
    last = command.log().strip().splitlines()[-1]
    assert last.startswith("Error: ") and words in last
    assert "Traceback" not in command.log() and "Exception" not in command.log()


def test_a_disk_that_is_full_ends_the_run_with_the_workers_own_words(
    standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    video("v/fail.mp4")
    command = Command(standing, folder, flags(program()))
    assert command.wait() == 1
    assert "cannot go on: The disk is full. Make room." in command.log().strip().splitlines()[-1]


def test_control_c_keeps_what_is_done_and_the_same_command_goes_on(
    standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    windows = many(video, 40, seconds=0.2)
    command = Command(standing, folder, flags(program()))
    command.wait_until(lambda: len(asked(folder / "out")) > 5)
    command.process.send_signal(signal.SIGINT)
    assert command.wait(90) == 130, command.log()
    assert "The same command goes on from here." in command.log()
    assert 0 < len(written(folder / "out")) < len(windows)
    command = Command(standing, folder, flags(program()))
    assert command.wait() == 0, command.log()
    assert_complete(folder, windows)


def test_a_driver_that_is_killed_takes_its_workers_along_and_the_same_command_goes_on(
    standing: Cluster, program: Make, video: Make, folder: Path
) -> None:
    windows = many(video, 40, seconds=0.2)
    command = Command(standing, folder, flags(program()))
    command.wait_until(lambda: len(asked(folder / "out")) > 5)
    command.process.kill()
    command.process.wait()
    before = len(written(folder / "out"))
    command = Command(standing, folder, flags(program()))
    assert command.wait() == 0, command.log()
    assert 0 < before < len(windows)
    assert_complete(folder, windows)
    # The first driver's workers are gone, and the second's.
    names = [folder.name for folder in (folder / "out/.shotlist/workers").iterdir()]
    assert len(names) >= 2 and not any(is_running(int(name.split("-")[-2])) for name in names)


def test_a_stage_fits_into_a_pipeline_of_ray_data(standing: Cluster, program: Make, video: Make, folder: Path) -> None:
    windows = many(video, 6)
    paths = sorted({window.split()[0] for window in windows})
    ray.init(address=standing.address, log_to_driver=False)
    try:
        dataset = ray.data.from_items([{"file": path, "score": index} for index, path in enumerate(paths)]).map_batches(
            ShotlistStage, batch_size=2, concurrency=2, num_cpus=1, fn_constructor_kwargs={
                "output_path": "out", "arguments": ["--video-dir", "v"], "column": "file", "folder": os.getcwd(),
                "program": program()})
        rows = sorted(dataset.take_all(), key=lambda row: row["score"])
    finally:
        ray.shutdown()
    assert [(row["file"], row["score"], row["status"], row["windows"]) for row in rows] == [
        (path, index, "done", 3) for index, path in enumerate(paths)]
    assert_complete(folder, windows)


def test_nodes_that_die_and_come_cost_no_window(program: Make, video: Make, folder: Path) -> None:
    windows = many(video, 60, seconds=0.2)
    with cluster(1, 1) as made:
        first = next(iter(made.worker_nodes))
        command = Command(made, folder, flags(program(), "--ray-task-bytes", "1", "--ray-results", "results"))
        command.wait_until(lambda: len(asked(folder / "out")) > 20)
        kill(made, first)
        add(made, 1)
        workers = folder / "out/.shotlist/workers"
        command.wait_until(lambda: len(list(workers.glob("*/asked.txt"))) > 2)
        assert command.wait() == 0, command.log()
    assert_complete(folder, windows)
    assert len(pq.read_table(folder / "results")) == 60


def test_a_node_that_dies_and_is_not_replaced_is_not_waited_for(program: Make, video: Make, folder: Path) -> None:
    windows = many(video, 30, seconds=0.2)
    with cluster(1, 1) as made:
        command = Command(made, folder, flags(program(), "--ray-task-bytes", "1"))
        workers = folder / "out/.shotlist/workers"
        command.wait_until(lambda: len(list(workers.glob("*/asked.txt"))) > 1)
        kill(made, next(iter(made.worker_nodes)))
        assert command.wait() == 0, command.log()
    assert_complete(folder, windows)


def test_a_node_that_comes_later_gets_work(program: Make, video: Make, folder: Path) -> None:
    windows = many(video, 80, seconds=0.2)
    with cluster(1) as made:
        command = Command(made, folder, flags(program(), "--ray-task-bytes", "1"))
        workers = folder / "out/.shotlist/workers"
        command.wait_until(lambda: len(list(workers.glob("*/asked.txt"))) > 0)
        add(made, 1)
        command.wait_until(lambda: len(list(workers.glob("*/asked.txt"))) > 1)
        assert command.wait() == 0, command.log()
    assert_complete(folder, windows)
