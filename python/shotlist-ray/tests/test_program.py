"""The real program with the demo model over 200 clips: nodes die and come, the driver is killed, the output is the same.

SHOTLIST names the program; it must have `worker` and `merge`.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from clusters import Command, add, cluster, kill

pytestmark = [pytest.mark.program, pytest.mark.cluster]

VIDEOS, CLIPS_PER_VIDEO = 42, 5
#: What tells how long something took, how it was reached, or when, and so differs between two runs of one process.
VOLATILE = ("seconds", "prompt_seconds", "output_seconds", "attempts", "reused_prompt_tokens", "made", "clip_location")
FLAGS = [
    "--video-dir", "v", "--generate-captions", "--generate-previews", "--captioning-algorithm", "demo",
    "--fixed-stride-split-duration", "2", "--captioning-window-size", "64", "--captioning-remainder-threshold", "16"]


@pytest.fixture(scope="module")
def program() -> str:
    path = os.environ.get("SHOTLIST", "")
    assert os.access(path, os.X_OK), "SHOTLIST does not name the program; scripts/ray/test.sh --all does"
    return str(Path(path).resolve())


@pytest.fixture(scope="module")
def alone(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with videos, and in `alone` what one process makes of them."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "v").mkdir()
    for index in range(VIDEOS):
        # Another start of the moving pattern for each, so that no two videos have the same pictures.
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", f"testsrc=s=160x120:r=12:d={index + 2 * CLIPS_PER_VIDEO}",
             "-ss", str(index), "-c:v", "libx264", "-preset", "ultrafast", "-bitexact", f"v/{index:03}.mp4"],
            cwd=folder, check=True)
    subprocess.run([program, "run", *FLAGS, "--output-path", "alone"], cwd=folder, check=True, capture_output=True)
    assert len(list((folder / "alone/metas/v0").iterdir())) == VIDEOS * CLIPS_PER_VIDEO
    yield folder


def flags(program: str, output: str) -> list[str]:
    return [*FLAGS, "--output-path", output, "--shotlist", program, "--ray-task-bytes", "1", "--ray-results", f"{output}-rows"]


def assert_same(folder: Path, output: str) -> None:
    """Holds an output against that of one process: the same files with the same bytes, and records without what is volatile."""
    one, other = (_files(folder / name) for name in ("alone", output))
    assert sorted(one) == sorted(other), set(one) ^ set(other)
    for name in one:
        assert _content(folder / "alone" / name) == _content(folder / output / name), name
    windows = Counter(
        (record["span_uuid"], window["start_frame"], window["end_frame"])
        for path in (folder / output / "metas/v0").iterdir() for record in [json.loads(path.read_text())]
        for window in record["windows"])
    assert set(windows.values()) == {1} and len(windows) >= 200
    summaries = [json.loads((folder / name / "summary.json").read_text()) for name in ("alone", output)]
    for key in ("videos", "failed_videos", "clips", "windows", "statuses", "reasons", "previews", "previews_failed"):
        assert summaries[0][key] == summaries[1][key], key


def _files(output: Path) -> list[str]:
    found = (path.relative_to(output) for path in output.rglob("*") if path.is_file())
    return [str(path) for path in found if path.parts[0] != ".shotlist" and path.name != "summary.json"]


def _content(path: Path) -> Any:
    return _steady(json.loads(path.read_text())) if path.suffix == ".json" else path.read_bytes()


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _steady(one) for key, one in value.items() if not key.endswith(VOLATILE)}
    return [_steady(one) for one in value] if isinstance(value, list) else value


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
