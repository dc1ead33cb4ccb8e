from __future__ import annotations

import json
import pickle

import pytest

from shotlist_ray import protocol
from shotlist_ray.errors import FlagError, ShotlistRayError
from shotlist_ray.protocol import Done, Heartbeat, Hello, Refusal, Task, VideoPart, VideoResult

HELLO = {"type": "hello", "protocol": 1, "version": "0.9.0", "name": "a", "host": "node7", "pid": 3, "at_once": 2}


def line(**message: object) -> bytes:
    return json.dumps(message).encode()


def test_a_task_is_the_line_of_the_protocols_page() -> None:
    task = Task("17", (VideoPart("videos/ä.mp4"), VideoPart("videos/long.mkv", 600, 1200)), ("--generate-captions",))
    assert task.line().endswith(b"\n") and task.line().count(b"\n") == 1
    assert json.loads(task.line()) == {
        "type": "task", "protocol": 1, "id": "17", "arguments": ["--generate-captions"],
        "videos": [{"path": "videos/ä.mp4"}, {"path": "videos/long.mkv", "from": 600, "to": 1200}]}
    assert json.loads(protocol.drain_line()) == {"type": "drain"}


def test_answers_are_read() -> None:
    assert protocol.parse(line(**HELLO)) == Hello("0.9.0", "a", "node7", 3, 2)
    assert protocol.parse(line(type="heartbeat", tasks=["17"], windows=128, tokens=9120, seconds=35.0)) == Heartbeat(
        ("17",), 128, 9120, 35.0)
    assert protocol.parse(
        line(type="done", id="17", status="done", seconds=12.5, counts={"clips": 6}, videos=[
            {"path": "a.mp4", "status": "failed", "clips": 0, "windows": 0, "kept_windows": 0, "reason": "unreadable", "message": "x"}])
    ) == Done("17", "done", 12.5, (VideoResult("a.mp4", "failed", reason="unreadable", message="x"),), {"clips": 6})
    assert protocol.parse(line(type="error", id=None, code="bad_line", message="m", remedy="r")) == Refusal(
        None, "bad_line", "m", "r")
    assert protocol.parse(line(type="bye", reason="drained", tasks=40)) == protocol.Bye("drained", 40)


def test_kinds_and_keys_of_later_releases_are_passed_over() -> None:
    assert protocol.parse(line(type="weather", sky="blue")) is None
    assert isinstance(protocol.parse(line(**HELLO, card="H100")), Hello)


@pytest.mark.parametrize("text", [b"Welcome!", b"[]", b"{}", b'{"type":"heartbeat"}', b"\xff", b'{"type":"done","id":1}', b"3"])
def test_what_is_no_answer_is_told_with_what_it_is(text: bytes) -> None:
    with pytest.raises(ShotlistRayError) as error:
        protocol.parse(text)
    assert error.value.code == "bad_line"


def test_a_worker_of_another_protocol_is_told_with_both_versions() -> None:
    with pytest.raises(ShotlistRayError, match="node7 is shotlist 0.9.0 and speaks version 2 of the protocol; this package speaks 1"):
        protocol.parse(line(**HELLO | {"protocol": 2}))


def test_errors_cross_processes() -> None:
    for error in (ShotlistRayError("disk_full", "It is full.", "Make room."), FlagError("--x is wrong.", "Leave it out.")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.code, str(again)) == (type(error), error.code, str(error))
    assert str(ShotlistRayError("x", "Unknown option", "Look it up.")) == "Unknown option. Look it up."
    assert [ShotlistRayError(code, "").exit_code for code in ("disk_full", "unknown_variant", "endpoints_down")] == [1, 64, 75]
