"""Finds videos as `shotlist run` does: the same files, in the same order, under the same names."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ShotlistRayError
from .worker import find_program

EXTENSIONS = frozenset({"mp4", "mov", "mkv", "webm", "avi", "m4v"})
_REMEDY = "Videos end in " + ", ".join("." + extension for extension in sorted(EXTENSIONS)) + "."


@dataclass(frozen=True)
class Video:
    """A video that was found.

    Attributes:
        path: the path as given joined with the path below it, which names the clips.
        size: bytes, 0 where nobody can tell.
        problem: why it cannot be read, a sentence; None for one that can be tried.
    """

    path: str
    size: int
    problem: str | None = None


def in_bucket(path: str) -> bool:
    """Whether a path is that of something in a bucket."""
    return path.startswith("s3://")


def find(video_dir: str, limit: int | None = None, program: str = "shotlist") -> list[Video]:
    """The videos below a folder, sorted by the bytes of their paths below it, or the one video that was named.

    Args:
        video_dir: as it was given to `--video-dir`.
        limit: the most videos to take; None for all.
        program: lists those in a bucket.

    Raises:
        ShotlistRayError: when there is no such folder, it cannot be read, or holds no video.
    """
    if in_bucket(video_dir):
        return _listed(video_dir, limit, find_program(program, os.getcwd()))
    root = plain(video_dir)
    if not os.path.exists(root):
        raise ShotlistRayError(
            "unreadable", f"There is no file or folder '{root}'.", "Check the path given for the videos.")
    found = _below(root) if os.path.isdir(root) else [_single(root)]
    if not found:
        raise ShotlistRayError("no_videos", f"There is no video below '{root}'.", _REMEDY)
    return found[:limit]


def _listed(video_dir: str, limit: int | None, program: str) -> list[Video]:
    """What the program lists: it knows how one asks a bucket."""
    most = [] if limit is None else ["--video-limit", str(limit)]
    told = subprocess.run(
        [program, "videos", video_dir, "--json", *most], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if told.returncode:
        said = told.stderr.strip().splitlines() or [f"`shotlist videos` ended with {told.returncode}."]
        # The program's exit codes, so that the command ends as `shotlist run` would.
        code = {64: "invalid_argument", 75: "storage_unreachable"}.get(told.returncode, "unreadable")
        raise ShotlistRayError(code, said[-1].removeprefix("shotlist: ").removeprefix("Error: "))
    found = [json.loads(line) for line in told.stdout.splitlines()]
    return [Video(one["path"], one["bytes"], one.get("problem")) for one in found]


def plain(path: str) -> str:
    """A path without empty steps and steps to where one is. Those back stay: behind a link they lead elsewhere."""
    if not path:
        return path
    steps = "/".join(step for step in path.split("/") if step not in ("", "."))
    return "/" + steps if path.startswith("/") else steps or "."


def _single(path: str) -> Video:
    if _extension(path) not in EXTENSIONS:
        raise ShotlistRayError("no_videos", f"'{path}' does not have the extension of a video.", _REMEDY)
    return Video(path, _size(os.fsencode(path)))


def _below(root: str) -> list[Video]:
    if not os.access(root, os.R_OK):
        raise ShotlistRayError("unreadable", *_closed(root))
    # As a path of its own the folder that the run is in has no name.
    prefix = "" if root == "." else "/" if root == "/" else root + "/"
    found: list[tuple[bytes, Video]] = []
    for below, is_closed in _walk(os.fsencode(root)):
        # A name that is no UTF-8 is shown with this character for what is none, as the program shows it.
        name = below.decode(errors="replace")
        full = prefix + name
        if is_closed:
            found.append((name.encode(), Video(full, 0, " ".join(_closed(full)))))
        elif name.encode() != below:
            if _extension(name) in EXTENSIONS | {""}:
                found.append((name.encode(), Video(full, 0, _unnamed(full))))
        elif _extension(name) in EXTENSIONS:
            found.append((below, Video(full, _size(os.fsencode(full)))))
    return [video for _, video in sorted(found, key=lambda pair: pair[0])]


def _walk(root: bytes) -> Iterator[tuple[bytes, bool]]:
    """Files below a folder, links to files among them, and folders that cannot be listed, for which the second is True.

    What is hidden is left out; links to folders are not followed, so that the walk ends.
    """
    folders = [b""]
    while folders:
        folder = folders.pop()
        try:
            names = os.listdir(os.path.join(root, folder))
        except OSError:
            yield folder, True
            continue
        for name in names:
            if name.startswith(b"."):
                continue
            path = os.path.join(folder, name)
            kind = _kind(os.path.join(root, path))
            if kind == "folder":
                # A folder whose name is no text is one thing that cannot be opened, not many.
                if _is_text(name):
                    folders.append(path)
                else:
                    yield path, False
            elif kind == "file":
                yield path, False


def _is_text(name: bytes) -> bool:
    return name.decode(errors="replace").encode() == name


def _kind(path: bytes) -> str:
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            return "folder"
        return "other" if stat.S_ISDIR(os.stat(path).st_mode) else "file"
    except OSError:
        return "missing"


def _size(path: bytes) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _extension(path: str) -> str:
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return extension.lower() if dot and stem else ""


def _closed(folder: str) -> tuple[str, str]:
    return f"The folder '{folder}' cannot be read.", "Give yourself the right to read it, or name another folder."


def _unnamed(path: str) -> str:
    return (
        f"'{path}' cannot be opened: its name is no UTF-8 text, and is shown here as far as it is. Rename it."
    )
