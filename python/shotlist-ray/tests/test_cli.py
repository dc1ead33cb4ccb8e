"""The command, as far as it comes without a cluster."""

from __future__ import annotations

import io

import pytest

from shotlist_ray import cli
from shotlist_ray.board import Board, Progress
from shotlist_ray.progress import ProgressLines


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [([], 64, "There is one command, `shotlist-ray run`."),
     (["run"], 64, "--video-dir is missing"),
     (["run", "--video-dir", "v", "--output-path", "o", "--join"], 64, "--join cannot be used on Ray"),
     (["run", "--video-dir", "v", "--output-path", "o", "--ray-workers", "0"], 64, "--ray-workers is '0'"),
     (["run", "--video-dir", "v", "--output-path", "o", "--ray-task-bytes", "x"], 64, "invalid int value: 'x'"),
     (["run", "--video-dir", "v", "--output-path", "o", "--shotlist", "no-such-program"], 1, "has no program 'no-such-program'")])
def test_what_cannot_be_run_is_one_sentence(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    error = capsys.readouterr().err
    assert end.value.code == code and words in error and error.startswith("Error: ") and error.count("\n") == 1


def test_flags_of_the_program_are_passed_on_as_they_are() -> None:
    own, passed = cli._parser().parse_known_args(
        ["--video-dir", "v", "--ray-workers", "3", "--captioning-prompt", "people=Who?", "--vllm-argument=--x", "--shotlist", "s"])
    assert (own.ray_workers, own.shotlist) == ("3", "s")
    assert passed == ["--video-dir", "v", "--captioning-prompt", "people=Who?", "--vllm-argument=--x"]


def test_progress_is_a_line_every_ten_seconds() -> None:
    stream, now = io.StringIO(), [0.0]
    lines = ProgressLines(stream, lambda: now[0])
    for seconds in range(0, 25):
        now[0] = seconds
        lines.take(Progress(windows=seconds * 4, workers=2, under_way=5), seconds, 100)
    assert stream.getvalue().splitlines() == [
        "40 windows, 4.0 a second, 10 % of the videos, 1 min 30 s left; 2 workers with 5 tasks",
        "80 windows, 4.0 a second, 20 % of the videos, 1 min 20 s left; 2 workers with 5 tasks"]


def test_the_board_counts_windows_of_workers_that_are_gone() -> None:
    board = Board()
    board.beat("a", 5, 50, 2)
    board.beat("b", 3, 30, 1)
    board.gone("a")
    board.finish("t")
    look = board.look()
    assert (look.windows, look.tokens, look.workers, look.under_way, look.done) == (8, 80, 1, 1, ["t"])
    assert board.look().done == [] and [board.begin("t"), board.begin("t")] == [1, 2]
    assert [board.begin("u", "one"), board.begin("v", "two"), board.at_work()] == [1, 1, 2]
    board.left("one")
    board.left("one")
    assert board.at_work() == 1
    board.fail("disk_full", "It is full.", "")
    board.fail("later", "Another.", "")
    assert board.failure() == ("disk_full", "It is full.", "")
