"""One run at a time works on an output, and nodes see by a file of it that they share the disk."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import ShotlistRayError
from .videos import in_bucket

_NAME = ".shotlist/ray.lock"


@dataclass(frozen=True)
class Hold:
    """The file that a run holds: its path, and a word in it that no other run has."""

    path: str
    token: str


@contextlib.contextmanager
def output_held(output: str) -> Iterator[Hold | None]:
    """Holds an output while a run works on it. It is the system's lock, and ends with the process.

    Of an output in a bucket nothing is held: each worker holds what is its own there.

    Raises:
        ShotlistRayError: when another run holds it, or it cannot be written.
    """
    if in_bucket(output):
        yield None
        return
    path = Path(output, _NAME)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a+")
    except OSError as error:
        raise ShotlistRayError(
            "write_failed", f"The output folder '{output}' cannot be written: {error.strerror}.",
            "Give a folder that you may write to, on a disk that all nodes share.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip().partition(" ")[2] or "another process"
            raise ShotlistRayError(
                "output_in_use", f"A run on Ray works on '{output}' now: {who}.",
                "Wait for its end, or give another --output-path.") from None
        token = secrets.token_hex(8)
        file.truncate(0)
        file.write(f"{token} process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        os.fsync(file.fileno())
        yield Hold(str(path), token)
        file.truncate(0)
