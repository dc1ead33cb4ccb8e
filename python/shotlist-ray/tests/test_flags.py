from __future__ import annotations

import pytest

from shotlist_ray.errors import FlagError
from shotlist_ray.flags import parse

NEEDED = ["--video-dir", "v", "--output-path", "o"]


def test_workers_get_all_flags_but_the_output_and_the_limit() -> None:
    flags = parse([*NEEDED, "--video-limit", "3", "--generate-captions", "--captioning-prompt-text", "--join", "--threads=2"])
    assert (flags.video_dir, flags.output_path, flags.video_limit) == ("v", "o", 3)
    assert flags.arguments == (
        "--video-dir", "v", "--generate-captions", "--captioning-prompt-text", "--join", "--threads=2")
    assert parse(["--video-dir=v", "--output-clip-path=o"]).output_path == "o"


def test_who_runs_a_model_wants_a_card() -> None:
    assert parse([*NEEDED, "--generate-captions"]).uses_card
    assert parse([*NEEDED, "--generate-captions", "--engine", "vllm"]).uses_card
    assert not parse([*NEEDED, "--generate-captions", "--engine=openai"]).uses_card
    assert not parse([*NEEDED, "--generate-previews"]).uses_card


def test_what_nodes_must_have_is_known() -> None:
    flags = parse([*NEEDED, "--model-dir", "models", "--api-key-env=KEY", "--endpoints-file", "servers.txt"])
    assert flags.paths == {"models": "the folder of models", "servers.txt": "the list of servers"}
    assert flags.environment == ("KEY",)


@pytest.mark.parametrize(
    "flag",
    ["--join", "--force", "--dry-run", "--only-windows=w", "--shard=1/2", "--work-dir=x", "--metrics-port=1", "--metrics-host=x",
     "--metrics-linger=1", "--restarts=2"])
def test_a_flag_that_cannot_be_shipped_is_refused_with_what_to_do(flag: str) -> None:
    with pytest.raises(FlagError) as error:
        parse([*NEEDED, flag])
    assert str(error.value).startswith(f"{flag.split('=')[0]} cannot be used on Ray: ") and error.value.remedy
    assert error.value.exit_code == 64


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--video-dir", "v"], "--output-path is missing"), (["--output-path", "o"], "--video-dir is missing"),
     ([*NEEDED, "--threads"], "--threads has no value"), ([*NEEDED, "more"], "'more' is no flag"),
     ([*NEEDED, "--video-limit", "-1"], "--video-limit is '-1'")])
def test_what_cannot_be_read_is_told(arguments: list[str], words: str) -> None:
    with pytest.raises(FlagError, match=words):
        parse(arguments)
