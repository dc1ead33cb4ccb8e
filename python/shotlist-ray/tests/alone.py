"""What one process makes of 210 clips, and whether another output is the same.

usage: alone.py make FOLDER PROGRAM      videos in FOLDER/v, and in FOLDER/alone what one process makes of them
       alone.py compare FOLDER OUTPUT    whether FOLDER/OUTPUT is the same
       alone.py flags                    the flags, one a line
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

VIDEOS, CLIPS_PER_VIDEO = 42, 5
#: What tells how long something took, how it was reached, or when, and so differs between two runs of one process.
VOLATILE = ("seconds", "prompt_seconds", "output_seconds", "attempts", "reused_prompt_tokens", "made", "clip_location")
FLAGS = [
    "--video-dir", "v", "--generate-captions", "--generate-previews", "--captioning-algorithm", "demo",
    "--fixed-stride-split-duration", "2", "--captioning-window-size", "64", "--captioning-remainder-threshold", "16"]


def make(folder: Path, program: str) -> None:
    """Makes videos, and what one process makes of them."""
    (folder / "v").mkdir()
    for index in range(VIDEOS):
        # Another start of the moving pattern for each, so that no two videos have the same pictures.
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", f"testsrc=s=160x120:r=12:d={index + 2 * CLIPS_PER_VIDEO}",
             "-ss", str(index), "-c:v", "libx264", "-preset", "ultrafast", "-bitexact", f"v/{index:03}.mp4"],
            cwd=folder, check=True)
    subprocess.run([program, "run", *FLAGS, "--output-path", "alone"], cwd=folder, check=True, capture_output=True)
    assert len(list((folder / "alone/metas/v0").iterdir())) == VIDEOS * CLIPS_PER_VIDEO


def assert_same(folder: Path, output: str, least: int = 200) -> None:
    """Holds an output against that of one process: the same files with the same bytes, and records without what is volatile."""
    one, other = (_files(folder / name) for name in ("alone", output))
    assert sorted(one) == sorted(other), set(one) ^ set(other)
    for name in one:
        assert _content(folder / "alone" / name) == _content(folder / output / name), name
    windows = Counter(
        (record["span_uuid"], window["start_frame"], window["end_frame"])
        for path in (folder / output / "metas/v0").iterdir() for record in [json.loads(path.read_text())]
        for window in record["windows"])
    assert set(windows.values()) == {1} and len(windows) >= least
    summaries = [json.loads((folder / name / "summary.json").read_text()) for name in ("alone", output)]
    for key in ("videos", "failed_videos", "clips", "windows", "statuses", "reasons", "previews", "previews_failed"):
        assert summaries[0][key] == summaries[1][key], key


def _files(output: Path) -> list[str]:
    found = (path.relative_to(output) for path in output.rglob("*") if path.is_file())
    return [str(path) for path in found if path.parts[0] != ".shotlist" and path.name != "summary.json"]


def _content(path: Path) -> Any:
    return _steady(json.loads(path.read_text())) if path.suffix == ".json" else path.read_bytes()


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _steady(one) for key, one in value.items() if not key.endswith(VOLATILE)}
    return [_steady(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder, program]:
            make(Path(folder), program)
        case ["compare", folder, output]:
            assert_same(Path(folder), output)
        case ["flags"]:
            print("\n".join(FLAGS))
        case _:
            sys.exit(__doc__)
