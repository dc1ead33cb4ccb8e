from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shotlist_ray.errors import ShotlistRayError
from shotlist_ray.hold import output_held
from shotlist_ray.nodes import NodeNeeds, check
from shotlist_ray.sizing import size

from conftest import environment


@pytest.mark.parametrize(
    ("change", "words"),
    [({"folder": "/no/such/folder"}, "does not see the folder '/no/such/folder', in which the command was given"),
     ({"program": "no-such-program"}, "has no program 'no-such-program' in its PATH"),
     ({"token": "another"}, "does not see the output folder 'out' of the machine"),
     ({"sample": ("v/b.mp4", 2)}, "does not see the video 'v/b.mp4'"),
     ({"sample": ("v/a.mp4", 3)}, "has 2 bytes, and 3 where the command was given"),
     ({"paths": {"models": "the folder of models"}}, "does not see the folder of models, 'models'"),
     ({"environment": ("NO_SUCH_KEY",)}, "has no environment variable NO_SUCH_KEY")])
def test_what_a_node_lacks_is_one_sentence_with_what_to_do(
    change: dict[str, Any], words: str, program: Callable[..., str], video: Callable[..., str], folder: Path
) -> None:
    video("v/a.mp4")
    with output_held("out") as hold:
        assert hold
        needs = NodeNeeds(str(folder), program(), "out", hold.path, hold.token, ("v/a.mp4", 2))
        check(needs)
        with pytest.raises(ShotlistRayError, match=words.replace("(", r"\(")) as error:
            check(dataclasses.replace(needs, **change), patience=0.3)
    assert error.value.remedy and str(error.value).count("\n") == 0


def test_an_output_is_held_by_one_run(folder: Path) -> None:
    with output_held("out"):
        other = subprocess.run(
            [sys.executable, "-c", "from shotlist_ray.hold import output_held\nwith output_held('out'): pass"],
            capture_output=True, text=True, env=environment())
        assert "A run on Ray works on 'out' now: process " in other.stderr
    with output_held("out"):
        pass


def test_an_output_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "out").write_text("")
    with pytest.raises(ShotlistRayError, match="The output folder 'out' cannot be written"):
        with output_held("out"):
            pass


def test_workers_are_sized_by_their_nodes() -> None:
    cpu, card = {"CPU": 32.0}, {"CPU": 32.0, "GPU": 8.0}
    assert [(one.cpus, one.gpus, one.fitting) for one in (
        size([cpu, cpu], uses_card=True), size([card, cpu], uses_card=True), size([card, cpu], uses_card=False),
        size([{"CPU": 2.0}, cpu], uses_card=False), size([cpu], uses_card=False, cpus=16),
        size([card], uses_card=True, gpus=2), size([], uses_card=True))
    ] == [(8, 0, 8), (4, 1, 8), (8, 0, 8), (2, 0, 17), (16, 0, 2), (8, 2, 4), (1, 0, 0)]
