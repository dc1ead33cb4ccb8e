"""`shotlist-ray run`: the flags of `shotlist run`, and how the cluster is used."""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import ray
from ray.data import DataContext, Dataset

from . import flags
from .errors import FlagError, ShotlistRayError
from .interrupt import Interrupt
from .progress import ProgressLines
from .runner import RayOptions, run
from .tasks import TASK_BYTES
from .worker import find_program

#: Seconds that the last workers may take to end; in a bucket one that was killed counts as gone after 120.
_WAIT = 150
_EPILOG = """All other flags are those of `shotlist run`, and mean the same; `shotlist help run` lists them.

Exit codes: 0 all done; 1 the run failed; 2 the run ended, but some videos, clips or windows failed; 64 wrong usage;
75 no server could be asked; 130 interrupted."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The command. It ends the process with its exit code."""
    try:
        code = _command(list(sys.argv[1:] if arguments is None else arguments))
    except ShotlistRayError as error:
        print(f"Error: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    sys.stdout.flush()
    sys.exit(code)


def _command(arguments: list[str]) -> int:
    if not arguments or arguments[0] != "run":
        if arguments and arguments[0] in ("--help", "-h"):
            print("usage: shotlist-ray run <flags of shotlist run> [--ray-...]; `shotlist-ray run --help` tells more.")
            return 0
        raise FlagError("There is one command, `shotlist-ray run`.", "`shotlist-ray run --help` shows it.")
    own, passed = _parser().parse_known_args(arguments[1:])
    options = RayOptions(
        workers=None if own.ray_workers == "auto" else _number(own.ray_workers, "--ray-workers"),
        cpus_per_worker=own.ray_cpus_per_worker, gpus_per_worker=own.ray_gpus_per_worker,
        tasks_per_worker=own.ray_tasks_per_worker, task_bytes=own.ray_task_bytes, task_span=own.task_span,
        program=own.shotlist)
    given = flags.parse(passed)
    # Before the cluster is asked for anything: what brings the workers' ledgers together at the end is here.
    program = None if own.no_merge else find_program(own.shotlist, os.getcwd())
    _connect(own.ray_address)
    with Interrupt() as interrupt:
        results = run(
            passed, options, on_progress=ProgressLines(sys.stderr).take, on_stopper=interrupt.set_stopper,
            should_stop=lambda: interrupt.is_asked)
        if own.ray_results:
            # Tasks on any node write it, whose working directory is another.
            results.write_parquet(own.ray_results if "://" in own.ray_results else os.path.abspath(own.ray_results))
        if interrupt.code:
            print("Stopped. The same command goes on from here.", file=sys.stderr)
            return interrupt.code
        code = _code(results)
        if program is None:
            return code
        # Workers that were told to end, on whichever node, may still have their ledgers for a while.
        ray.shutdown()
        merge = [program, "merge", given.output_path, "--wait", f"{_WAIT}"]
        return subprocess.run(merge, stdin=subprocess.DEVNULL).returncode or code


def _connect(address: str | None) -> None:
    """Connects to the cluster, or starts one on this machine where there is none. The package goes along to its nodes."""
    if not ray.is_initialized():
        try:
            ray.init(
                address=address, log_to_driver=False, logging_level=logging.WARNING,
                runtime_env={"py_modules": [str(Path(__file__).parent)]})
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise ShotlistRayError(
                "ray_failed", f"There is no Ray cluster at '{address or 'this machine'}': {str(error).splitlines()[0]}",
                "Start one with `ray start --head`, or give its address with --ray-address.") from error
    context = DataContext.get_current()
    # Ray's bar is for people who watch; a log gets lines of ours.
    context.enable_progress_bars = sys.stderr.isatty()
    context.enable_operator_progress_bars = False
    context.print_on_execution_start = False
    # What stops a run is told in one sentence; Ray Data's own words are in the session's log files.
    for handler in logging.getLogger("ray.data").handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            handler.setLevel(logging.CRITICAL)


def _code(results: Dataset) -> int:
    """The code that results deserve when nothing else is known."""
    failed = total = 0
    harmed = False
    for row in results.iter_rows():
        total += 1
        failed += row["status"] != "done"
        counts = json.loads(row["task_counts"])
        harmed = harmed or any(counts.get(name, 0) for name in ("clips_with_errors", "previews_failed")) or bool(
            counts.get("statuses", {}).get("error", 0))
    return 1 if failed == total else 2 if failed or harmed else 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise FlagError(f"{message[:1].upper()}{message[1:]}.", "`shotlist-ray run --help` shows the command.")


def _parser() -> argparse.ArgumentParser:
    # No abbreviations: flags of `shotlist run` might begin alike.
    parser = _Parser(
        "shotlist-ray run", allow_abbrev=False, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="shotlist-ray run --video-dir DIR --output-path DIR [flags of shotlist run] [options below]")
    add: Callable[..., object] = parser.add_argument
    add("--ray-address", help="the cluster, such as head:6379; left out, that of RAY_ADDRESS, or of this machine")
    add("--ray-workers", default="auto", help="the most workers; auto for as many as find room, now and later")
    add("--ray-cpus-per-worker", type=float, help="processors of a worker (8, or what a node has; with a card, its share)")
    add("--ray-gpus-per-worker", type=float, help="cards of a worker (1 when it runs a model and there are cards)")
    add("--ray-tasks-per-worker", type=int, default=3, help="tasks that a worker has at once (%(default)s)")
    add("--ray-task-bytes", type=int, help=f"bytes of video in a task ({TASK_BYTES}, and more in very large runs)")
    add("--task-span", type=float, help="cut videos longer than so many seconds into tasks of that length")
    add("--ray-results", help="a folder that all nodes share, to write the results to, as Parquet")
    add("--shotlist", default="shotlist", help="the program on all nodes: a path, or a name to look for in PATH")
    add("--no-merge", action="store_true", help="do not run `shotlist merge` at the end")
    return parser


def _number(text: str, flag: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise FlagError(f"{flag} is '{text}', which is no number of workers.", "Give 1 or more, or auto.")
    return int(text)
