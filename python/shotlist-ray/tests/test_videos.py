from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shotlist_ray.errors import ShotlistRayError
from shotlist_ray.videos import Video, find, plain


@pytest.mark.parametrize(
    ("given", "name"),
    [("./videos/", "videos"), ("a//b/./c", "a/b/c"), ("/a//b/", "/a/b"), (".", "."), ("./", "."), ("/", "/"), ("a/../b", "a/../b"),
     ("", "")])
def test_a_folder_has_one_name_however_it_is_spelled(given: str, name: str) -> None:
    assert plain(given) == name


def test_videos_are_found_in_the_order_of_their_bytes(video: Callable[..., str]) -> None:
    for path in ("v/b.mp4", "v/B.MOV", "v/a/z.mkv", "v/a.webm", "v/ä.avi", "v/.hidden.mp4", "v/.hidden/a.mp4", "v/a.txt", "v/mp4"):
        video(path)
    assert [one.path for one in find("./v/")] == ["v/B.MOV", "v/a.webm", "v/a/z.mkv", "v/b.mp4", "v/ä.avi"]
    assert [one.path for one in find("v", limit=2)] == ["v/B.MOV", "v/a.webm"]
    assert all(one.size == 2 and one.problem is None for one in find("v"))


def test_below_the_folder_that_one_is_in_paths_have_no_folder(video: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    video("v/a/b.mp4")
    monkeypatch.chdir("v")
    assert [one.path for one in find(".")] == ["a/b.mp4"]


def test_one_file_is_a_video(video: Callable[..., str]) -> None:
    video("v/a.mp4")
    assert [one.path for one in find("./v//a.mp4")] == ["v/a.mp4"]


def test_links_to_files_are_taken_and_links_to_folders_are_not(video: Callable[..., str], folder: Path) -> None:
    video("v/a.mp4")
    video("w/c.mp4")
    (folder / "v/b.mp4").symlink_to(folder / "w/c.mp4")
    (folder / "v/w").symlink_to(folder / "w")
    (folder / "v/gone.mp4").symlink_to(folder / "nowhere.mp4")
    assert [one.path for one in find("v")] == ["v/a.mp4", "v/b.mp4"]


def test_a_name_that_is_no_text_is_told(video: Callable[..., str], folder: Path) -> None:
    video("v/a.mp4")
    Path(os.fsdecode(os.fsencode(folder / "v") + b"/\xff.mp4")).write_text("{}")
    first, second = find("v")
    assert (first.path, first.problem) == ("v/a.mp4", None)
    assert second.path == "v/\ufffd.mp4" and second.problem and "no UTF-8 text" in second.problem


def test_those_of_a_bucket_are_what_the_program_lists(folder: Path) -> None:
    program = folder / "lists"
    program.write_text(
        '#!/bin/sh\n[ "$*" = "videos s3://films/raw --json --video-limit 2" ] || { echo "shotlist: The server does not answer." >&2; exit 75; }\n'
        """echo '{"bytes":3,"path":"s3://films/raw/a.mp4"}'\n"""
        """echo '{"bytes":0,"path":"s3://films/raw/b.mp4","problem":"It is closed."}'\n""")
    program.chmod(0o755)
    assert find("s3://films/raw", 2, str(program)) == [
        Video("s3://films/raw/a.mp4", 3), Video("s3://films/raw/b.mp4", 0, "It is closed.")]
    with pytest.raises(ShotlistRayError, match="^The server does not answer.$") as error:
        find("s3://films/none", 2, str(program))
    assert error.value.exit_code == 75


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [("nowhere", "unreadable", "There is no file or folder 'nowhere'."), ("v", "no_videos", "There is no video below 'v'."),
     ("v/a.txt", "no_videos", "does not have the extension")])
def test_what_is_no_video_is_told(given: str, code: str, words: str, video: Callable[..., str]) -> None:
    video("v/a.txt")
    with pytest.raises(ShotlistRayError, match=words.replace("(", r"\(")) as error:
        find(given)
    assert error.value.code == code
