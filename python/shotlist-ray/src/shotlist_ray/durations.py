"""How long videos are, as the program tells."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .worker import find_program

#: Seconds that one file may take; one that takes longer is not cut.
_PATIENCE = 120


def durations(paths: Sequence[str], program: str, folder: str) -> dict[str, float]:
    """Seconds of each video, by its path. Those that cannot be read are left out: a worker tells what is wrong with them.

    Raises:
        ShotlistRayError: when this machine does not have the program.
    """
    command = find_program(program, folder)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        told = threads.map(lambda path: _duration(command, path, folder), paths)
        return {path: seconds for path, seconds in zip(paths, told) if seconds is not None}


def _duration(command: str, path: str, folder: str) -> float | None:
    # A path that begins with a dash is no flag.
    name = os.path.join(".", path) if path.startswith("-") else path
    try:
        answer = subprocess.run(
            [command, "probe", name, "--json"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE)
        return float(json.loads(answer.stdout)["duration"])
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError, TypeError):
        return None
