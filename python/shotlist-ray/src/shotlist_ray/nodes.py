"""What a node must have before a worker begins there: seen at once, and told in one sentence."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from .errors import ShotlistRayError
from .videos import in_bucket
from .worker import find_program, node

#: Seconds within which a file that the driver has just written must show on every node. Network disks remember for a while
#: that a name was not there.
PATIENCE = 15.0


@dataclass(frozen=True)
class NodeNeeds:
    """What is checked on every node on which a worker is to begin.

    Attributes:
        folder: the driver's working directory, from which relative paths go.
        program: the program's path, or its name to look for in PATH.
        output: `--output-path`, as given.
        marker: a file below the output that the driver has written; None without a driver.
        token: what it holds.
        sample: one of the videos, and its size in bytes.
        paths: further files and folders, by path: what each is.
        environment: environment variables that must be set.
    """

    folder: str
    program: str
    output: str
    marker: str | None = None
    token: str = ""
    sample: tuple[str, int] | None = None
    paths: dict[str, str] = field(default_factory=dict)
    environment: tuple[str, ...] = ()


def check(needs: NodeNeeds, patience: float = PATIENCE) -> None:
    """Sees whether this node has what it needs.

    Raises:
        ShotlistRayError: for the first thing that is missing.
    """
    if not os.path.isdir(needs.folder):
        raise _unseen(
            f"the folder '{needs.folder}', in which the command was given",
            "Give the command in a folder that all nodes have.")
    find_program(needs.program, needs.folder)
    if needs.marker is not None and not _holds(needs, needs.marker, patience):
        raise _unseen(
            f"the output folder '{needs.output}' of the machine where the command was given",
            "Give an output on a disk that all nodes share, under the same path.")
    # What is in a bucket every node sees, or its worker says why not.
    if needs.sample is not None and not in_bucket(needs.sample[0]):
        path, size = needs.sample
        try:
            found = os.stat(os.path.join(needs.folder, path)).st_size
        except OSError:
            raise _unseen(f"the video '{path}'", "Keep the videos on a disk that all nodes share, under the same path.") from None
        if found != size:
            raise ShotlistRayError(
                "path_missing", f"On the node {node()} the video '{path}' has {found} bytes, and {size} where the command was given.",
                "Keep the videos on a disk that all nodes share, under the same path.")
    for path, what in needs.paths.items():
        if not os.path.exists(os.path.join(needs.folder, path)):
            raise _unseen(f"{what}, '{path}'", "Keep it on a disk that all nodes share, or put it there under the same path.")
    for name in needs.environment:
        if not os.environ.get(name):
            raise ShotlistRayError(
                "environment_missing", f"The node {node()} has no environment variable {name}.",
                "Set it where Ray is started there, or give --api-key-file on a disk that all nodes share.")


def _holds(needs: NodeNeeds, marker: str, patience: float) -> bool:
    path = Path(needs.folder, marker)
    deadline = time.monotonic() + patience
    while True:
        try:
            if needs.token in path.read_text():
                return True
        except OSError:
            pass
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.25)


def _unseen(what: str, remedy: str) -> ShotlistRayError:
    return ShotlistRayError("path_missing", f"The node {node()} does not see {what}.", remedy)
