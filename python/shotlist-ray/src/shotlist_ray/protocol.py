"""The worker's protocol, version 1: the one place that writes and reads its lines (docs/worker-protocol.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .errors import ShotlistRayError

VERSION = 1
#: The most bytes of a line.
LINE_LIMIT = 16 << 20
#: The most videos of a task.
VIDEOS_LIMIT = 1000
#: Between heartbeats, in seconds, unless a worker is started with another number.
HEARTBEAT = 5.0


@dataclass(frozen=True)
class VideoPart:
    """A video of a task, or the part of it whose clips begin in `start <= t < end`, in seconds from the first frame."""

    path: str
    start: float | None = None
    end: float | None = None

    @property
    def is_whole(self) -> bool:
        return self.start is None and self.end is None

    def encoded(self) -> dict[str, Any]:
        bounds = {"from": self.start, "to": self.end}
        return {"path": self.path} | {key: value for key, value in bounds.items() if value is not None}


@dataclass(frozen=True)
class Task:
    """What a worker does in one go."""

    id: str
    videos: tuple[VideoPart, ...]
    arguments: tuple[str, ...] = ()

    def line(self) -> bytes:
        return _line(
            {
                "type": "task",
                "protocol": VERSION,
                "id": self.id,
                "arguments": list(self.arguments),
                "videos": [video.encoded() for video in self.videos],
            }
        )


def drain_line() -> bytes:
    """The line that has a worker finish what it has, and end."""
    return _line({"type": "drain"})


@dataclass(frozen=True)
class Hello:
    version: str
    name: str
    host: str
    pid: int
    at_once: int


@dataclass(frozen=True)
class Started:
    id: str


@dataclass(frozen=True)
class Heartbeat:
    """What a worker has done since it began, `seconds` ago; `tasks` are under way."""

    tasks: tuple[str, ...]
    windows: int
    tokens: int
    seconds: float


@dataclass(frozen=True)
class VideoResult:
    path: str
    status: str
    clips: int = 0
    windows: int = 0
    kept_windows: int = 0
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Done:
    """How a task ended: `done`, `cancelled` or `failed`, with `code` and `message`."""

    id: str
    status: str
    seconds: float = 0.0
    videos: tuple[VideoResult, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None
    remedy: str = ""


@dataclass(frozen=True)
class Refusal:
    """A line that the worker could not take; `id` is its task's, where it could be read."""

    id: str | None
    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Bye:
    reason: str
    tasks: int


Answer: TypeAlias = Hello | Started | Heartbeat | Done | Refusal | Bye


def parse(line: bytes) -> Answer | None:
    """Reads one line of a worker. None for a kind that this version does not know, which newer workers may send.

    Raises:
        ShotlistRayError: `bad_line` for what is no answer; `protocol_mismatch` for a worker of another protocol.
    """
    try:
        answer = json.loads(line)
        if answer["type"] == "hello" and answer.get("protocol") != VERSION:
            raise _mismatch(answer)
        return _answer(answer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        shown = line[:200].decode(errors="replace").strip()
        raise ShotlistRayError(
            "bad_line",
            f"The worker said something that is no answer ({type(error).__name__}): '{shown}'.",
            "Check that the program is `shotlist` itself, of the release of this package.",
        ) from error


def _answer(answer: dict[str, Any]) -> Answer | None:
    match answer["type"]:
        case "hello":
            return Hello(
                str(answer["version"]), str(answer["name"]), str(answer["host"]), int(answer["pid"]),
                max(1, int(answer["at_once"])))
        case "started":
            return Started(str(answer["id"]))
        case "heartbeat":
            return Heartbeat(
                tuple(map(str, answer["tasks"])), int(answer["windows"]), int(answer["tokens"]), float(answer["seconds"]))
        case "done":
            return Done(
                str(answer["id"]), str(answer["status"]), float(answer.get("seconds", 0)),
                tuple(_video(video) for video in answer.get("videos", [])), dict(answer.get("counts", {})),
                answer.get("code"), answer.get("message"), str(answer.get("remedy") or ""))
        case "error":
            id = answer.get("id")
            return Refusal(
                None if id is None else str(id), str(answer["code"]), str(answer["message"]),
                str(answer.get("remedy") or ""))
        case "bye":
            return Bye(str(answer["reason"]), int(answer["tasks"]))
        case _:
            return None


def _video(video: dict[str, Any]) -> VideoResult:
    return VideoResult(
        str(video["path"]), str(video["status"]), int(video.get("clips", 0)), int(video.get("windows", 0)),
        int(video.get("kept_windows", 0)), video.get("reason"), video.get("message"))


def _mismatch(hello: dict[str, Any]) -> ShotlistRayError:
    return ShotlistRayError(
        "protocol_mismatch",
        f"The worker on {hello.get('host', 'a node')} is shotlist {hello.get('version', 'of an unknown release')} and speaks "
        f"version {hello.get('protocol')} of the protocol; this package speaks {VERSION}.",
        "Install the same release of the program and of shotlist-ray on all nodes.",
    )


def _line(message: dict[str, Any]) -> bytes:
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        raise ShotlistRayError(
            "bad_line", f"A task's line has {len(line)} bytes, more than {LINE_LIMIT}.", "Give fewer videos a task.")
    return line
