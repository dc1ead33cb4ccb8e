"""What tests share: stand-ins for the program and for videos."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Who connects to 127.0.0.1 is told by Ray to ask this machine's other address, at which the tests' nodes do not listen. Only
# where Ray has no clusters of several machines, as on macOS, it leaves the address as it is; it asks when it is imported.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
# A token that Ray made for this user once is no matter of tests.
os.environ["RAY_AUTH_MODE"] = "disabled"

FAKE = Path(__file__).with_name("fake_worker.py")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test is in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., str]:
    """Makes a stand-in for the program, with a fault of the whole process and variables of its own."""

    def make(mode: str = "", **variables: str) -> str:
        path = tmp_path / f"shotlist-{mode or 'sound'}"
        settings = " ".join(f"{name}={value}" for name, value in ({"FAKE_WORKER": mode} | variables).items())
        path.write_text(f'#!/bin/sh\n{settings} exec "{sys.executable}" "{FAKE}" "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture
def video(tmp_path: Path) -> Callable[..., str]:
    """Makes a stand-in for a video, and returns its path."""

    def make(path: str, **about: Any) -> str:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(about))
        return path

    return make


def asked(output: Path) -> Counter[str]:
    """How often each window was asked about, by all workers together."""
    lines = [line for ledger in output.glob(".shotlist/workers/*/asked.txt") for line in ledger.read_text().splitlines()]
    return Counter(lines)


def written(output: Path) -> set[str]:
    """The windows whose records are there."""
    return {file.read_text() for file in output.glob("windows/*/*") if not file.name.startswith(".")}


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def environment() -> dict[str, str]:
    """This process's environment, with the package's own folder first where Python looks for modules."""
    source = str(Path(__file__).parents[1] / "src")
    return os.environ | {"PYTHONPATH": os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])}
