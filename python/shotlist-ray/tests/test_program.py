"""The real program with the demo model over 200 clips: nodes die and come, the driver is killed, the output is the same.

SHOTLIST names the program; it must have `worker` and `merge`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alone import CLIPS_PER_VIDEO, FLAGS, VIDEOS, assert_same, make
from clusters import Command, add, cluster, kill

pytestmark = [pytest.mark.program, pytest.mark.cluster]


@pytest.fixture(scope="module")
def program() -> str:
    path = os.environ.get("SHOTLIST", "")
    assert os.access(path, os.X_OK), "SHOTLIST does not name the program; scripts/ray/test.sh --all does"
    return str(Path(path).resolve())


@pytest.fixture(scope="module")
def alone(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with videos, and in `alone` what one process makes of them."""
    folder = tmp_path_factory.mktemp("program")
    make(folder, program)
    yield folder


def flags(program: str, output: str) -> list[str]:
    return [*FLAGS, "--output-path", output, "--shotlist", program, "--ray-task-bytes", "1", "--ray-results", f"{output}-rows"]


def records(folder: Path, output: str) -> int:
    return len(list((folder / output).glob("metas/v0/[!.]*.json")))


def test_nodes_die_and_come_and_the_output_is_that_of_one_process(program: str, alone: Path) -> None:
    with cluster(1, 1) as made:
        command = Command(made, alone, flags(program, "nodes"))
        command.wait_until(lambda: records(alone, "nodes") > 20)
        kill(made, next(iter(made.worker_nodes)))
        add(made, 1)
        command.wait_until(lambda: records(alone, "nodes") > 90)
        kill(made, next(iter(made.worker_nodes)))
        add(made, 1)
        assert command.wait(1200) == 0, command.log()
    assert_same(alone, "nodes")


def test_a_killed_driver_costs_nothing(program: str, alone: Path) -> None:
    with cluster(1, 1) as made:
        command = Command(made, alone, flags(program, "driver"))
        command.wait_until(lambda: records(alone, "driver") > 20)
        command.process.kill()
        command.process.wait()
        assert records(alone, "driver") < VIDEOS * CLIPS_PER_VIDEO
        command = Command(made, alone, flags(program, "driver"))
        assert command.wait(1200) == 0, command.log()
    assert_same(alone, "driver")
    # What the first command had done was found, and not done again.
    kept = sum(row["kept_windows"] for row in pq.read_table(alone / "driver-rows").to_pylist())
    assert kept > 0


def test_long_videos_in_parts_are_the_same(program: str, alone: Path) -> None:
    with cluster(1, 1) as made:
        command = Command(made, alone, [*flags(program, "parts"), "--task-span", "4"])
        assert command.wait(1200) == 0, command.log()
    assert_same(alone, "parts")
