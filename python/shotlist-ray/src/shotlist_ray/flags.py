"""The flags of `shotlist run`, and which of them go to workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .errors import FlagError

#: Flags without a value. All others that the program has take one, so that `--prompt-text --join` is read as it reads it.
_BARE = frozenset(
    "--no-upload-clips --dry-run --retry-failed --force --join --generate-captions --generate-previews "
    "--captioning-model-does-preprocess --captioning-use-fp8-weights --captioning-use-mmcache "
    "--captioning-use-vllm-mmcache --captioning-stage2-caption --enhance-captions --enhance-captions-use-fp8-weights "
    "--verbose --help --version".split())

#: What makes no sense for many workers, why, and what to do instead.
_REFUSED = {
    "--join": ("Ray's workers share the videos already", "Leave it out."),
    "--force": (
        "a task that is given again after a node died would be done anew once more",
        "Give another --output-path, or remove this one first."),
    "--only-windows": ("a worker takes whole videos", "Use `shotlist run` for it."),
    "--shard": ("Ray shares the videos out", "Leave it out."),
    "--dry-run": ("a worker keeps what it does in the output", "Use `shotlist run` for it."),
    "--work-dir": ("it is for outputs in a bucket, which workers on several nodes do not share", "Leave it out."),
    "--metrics-port": ("workers on one node would want one port", "Ray's dashboard has the metrics; leave it out."),
    "--metrics-host": ("workers serve no metrics", "Ray's dashboard has the metrics; leave it out."),
    "--metrics-linger": ("workers serve no metrics", "Ray's dashboard has the metrics; leave it out."),
    "--restarts": ("a worker that dies is started again by its actor", "Leave it out."),
}

#: Flags that name a file or folder which every worker reads.
_PATHS = {
    "--model-dir": "the folder of models",
    "--model-file": "the model's description",
    "--captioning-model-path": "the model's file",
    "--captioning-projector-path": "the projector's file",
    "--enhance-captions-model-path": "the text model's file",
    "--endpoints-file": "the list of servers",
    "--endpoint-media-dir": "the folder that servers see",
    "--api-key-file": "the file with the servers' key",
}

_OUTPUT = ("--output-path", "--output-clip-path")


@dataclass(frozen=True)
class RunFlags:
    """A command line of `shotlist run`, taken apart.

    Attributes:
        video_dir: as given.
        output_path: as given.
        video_limit: the most videos to take; None for all.
        arguments: what a task's `arguments` are, as given but for the output and the limit.
        paths: further files and folders that every node must see: what each is, by its path as given.
        environment: environment variables that every node must have.
        uses_card: whether a worker runs a model itself, and so wants a GPU of its own where there are any.
    """

    video_dir: str
    output_path: str
    video_limit: int | None
    arguments: tuple[str, ...]
    paths: dict[str, str]
    environment: tuple[str, ...]
    uses_card: bool


def parse(arguments: Sequence[str]) -> RunFlags:
    """Takes the flags of `shotlist run` apart. Those that it does not know are left to the worker to refuse.

    Raises:
        FlagError: for a flag that Ray cannot ship, one without its value, and a missing `--video-dir` or `--output-path`.
    """
    values: dict[str, str] = {}
    passed: list[str] = []
    for name, value, texts in _options(arguments):
        if name in _REFUSED:
            why, remedy = _REFUSED[name]
            raise FlagError(f"{name} cannot be used on Ray: {why}.", remedy)
        values["--output-path" if name in _OUTPUT else name] = value or ""
        if name not in (*_OUTPUT, "--video-limit"):
            passed += texts
    for name in ("--video-dir", "--output-path"):
        if not values.get(name):
            raise FlagError(f"{name} is missing.", "It is needed; `shotlist-ray run --help` shows the command.")
    return RunFlags(
        video_dir=values["--video-dir"], output_path=values["--output-path"],
        video_limit=_limit(values.get("--video-limit")), arguments=tuple(passed),
        paths={values[name]: what for name, what in _PATHS.items() if name in values},
        environment=tuple(values[name] for name in ("--api-key-env",) if name in values),
        uses_card="--generate-captions" in values and values.get("--engine", "embedded") != "openai")


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str | None, list[str]]]:
    """Each flag with its value, and the texts that it was written with."""
    rest = list(arguments)
    while rest:
        text = rest.pop(0)
        name, equals, value = text.partition("=")
        if not name.startswith("--") or name == "--":
            raise FlagError(f"'{text}' is no flag.", "`shotlist-ray run --help` shows the command.")
        if equals:
            yield name, value, [text]
        elif name in _BARE:
            yield name, None, [text]
        elif not rest:
            raise FlagError(f"{name} has no value.", "Write it behind the flag.")
        else:
            following = rest.pop(0)
            yield name, following, [text, following]


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise FlagError(f"--video-limit is '{text}', which is no number of videos.", "Leave it out to take all.")
    return int(text)
