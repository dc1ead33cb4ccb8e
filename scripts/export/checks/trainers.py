"""What trainers do with a folder before they decode a video, re-stated from their documentation and loaders.

Each function gives pairs of a video's path and its caption, and fails as the trainer would. Only the standard library
is used, and for subtitles ffmpeg.
"""
import csv
import glob
import json
import os
import re
import subprocess
from pathlib import Path

VIDEO_EXTENSIONS = [".mp4", ".webm", ".avi", ".mkv", ".mov", ".flv", ".wmv", ".m4v"]


def musubi_directory(folder):
    """musubi-tuner's `video_directory`: every video of the folder, a caption file of the same name beside each."""
    videos = []
    for extension in VIDEO_EXTENSIONS:
        videos += glob.glob(os.path.join(glob.escape(folder), "*" + extension))
    for video in sorted(set(videos)):
        with open(os.path.splitext(video)[0] + ".txt", encoding="utf-8") as file:
            yield video, file.read().strip()


def diffusion_pipe(folder):
    """diffusion-pipe's directory: all that is no caption and no known helper is taken for a picture or a video."""
    for file in sorted(Path(folder).glob("*")):
        if not file.is_file() or file.suffix in (".txt", ".npz", ".json", ".parquet", ".bak", ".db"):
            continue
        if file.suffix not in VIDEO_EXTENSIONS:
            raise ValueError(f"{file} would be opened as a picture")
        yield str(file), file.with_suffix(".txt").read_text().strip()


def kohya(folder):
    """kohya's scripts: of a caption file the first line that there is."""
    for video, _ in musubi_directory(folder):
        with open(os.path.splitext(video)[0] + ".txt", encoding="utf-8") as file:
            yield video, file.readlines()[0].strip()


def finetrainers_pairs(folder):
    """finetrainers' second form: each caption file has one video of its name."""
    for caption in sorted(Path(folder).glob("*.txt")):
        found = [caption.with_suffix(extension) for extension in VIDEO_EXTENSIONS]
        videos = [video for video in found if video.exists()]
        if len(videos) != 1:
            raise ValueError(f"{caption} has {len(videos)} videos")
        yield str(videos[0]), caption.read_text(encoding="utf-8").strip()


def finetrainers(folder):
    """finetrainers' two files, whose lines belong together; exactly one file of each kind may be there."""
    root = Path(folder)
    names = {
        "captions": ["caption.txt", "captions.txt", "prompt.txt", "prompts.txt"],
        "videos": ["video.txt", "videos.txt"],
    }
    lines = {}
    for kind, candidates in names.items():
        present = [name for name in candidates if (root / name).exists()]
        if len(present) != 1:
            raise ValueError(f"{len(present)} files of {kind}")
        lines[kind] = (root / present[0]).read_text(encoding="utf-8").splitlines()
    if len(lines["captions"]) != len(lines["videos"]):
        raise ValueError(f"{len(lines['captions'])} captions of {len(lines['videos'])} videos")
    for video, caption in zip(lines["videos"], lines["captions"]):
        yield str(root / video), caption


def musubi_jsonl(folder):
    """musubi-tuner's `video_jsonl_file`: paths as they are, from whatever folder it is run in."""
    with open(os.path.join(folder, "metadata.jsonl"), encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            if set(item) != {"video_path", "caption"}:
                raise ValueError(f"keys {sorted(item)}: others are handed on to the trainer's scripts")
            yield item["video_path"], item["caption"]


def ltx(folder):
    """The LTX trainers: `caption` and `video`, each video below the folder of the file."""
    root = Path(folder)
    with open(root / "dataset.jsonl", encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            video = root / Path(entry["video"].strip())
            video.relative_to(root)
            if not video.is_file():
                raise ValueError(f"{video} is not there")
            yield str(video), entry["caption"]


def cosmos(folder):
    """The post-training of Cosmos: each `videos/*.mp4` has its words in `metas`."""
    root = Path(folder)
    prompts = sorted((root / "metas").glob("*.txt"))
    videos = sorted(name for name in os.listdir(root / "videos") if name.endswith(".mp4"))
    if [prompt.stem for prompt in prompts] != [name.replace(".mp4", "") for name in videos]:
        raise ValueError("words and videos are not the same")
    for prompt, name in zip(prompts, videos):
        yield str(root / "videos" / name), prompt.read_text(encoding="utf-8").strip()


def jsonl(folder):
    """Lines of JSON, with the video's path below the folder."""
    with open(os.path.join(folder, "captions.jsonl"), encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield os.path.join(folder, row["video"]), row["caption"]


def csv_rows(folder):
    """Python's csv module in its strict mode."""
    with open(os.path.join(folder, "captions.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            if None in row or None in row.values():
                raise ValueError("a row has another number of cells than the first")
            yield os.path.join(folder, row["video"]), row["caption"]


TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)%s(\d{3})"


def subtitles(path):
    """Cues of a .srt or .vtt file as start, end and words, read line by line and strictly."""
    text = Path(path).read_text(encoding="utf-8")
    for line in text.split("\n"):
        if " --> " in line and not re.match(r"\d{2,}:\d\d:\d\d[.,]\d{3} --> ", line):
            raise ValueError(f"{line!r} has no hours")
    yield from cues(text, path.endswith(".vtt"))


def libav_subtitles(path):
    """The same as FFmpeg's libraries read it, which many players use; they write what they found."""
    form = "webvtt" if path.endswith(".vtt") else "srt"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-c", "copy", "-f", form, "-"]
    found = subprocess.run(command, check=True, capture_output=True)
    if found.stderr:
        raise ValueError(f"ffmpeg complains: {found.stderr.decode()}")
    yield from cues(found.stdout.decode(), form == "webvtt")


def cues(text, is_vtt):
    """Cues of a text; WebVTT may leave out hours."""
    time = TIME % (r"\." if is_vtt else ",")
    blocks = text.rstrip("\n").split("\n\n")
    if is_vtt and blocks.pop(0) != "WEBVTT":
        raise ValueError("it does not begin as WebVTT does")
    last = -1.0
    for number, block in enumerate(blocks, start=1):
        lines = block.split("\n")
        if not is_vtt and lines.pop(0) != str(number):
            raise ValueError(f"cue {number} has another number")
        match = re.fullmatch(f"{time} --> {time}", lines[0])
        if not match or not lines[1:] or any("-->" in line for line in lines[1:]):
            raise ValueError(f"cue {number} is none: {lines}")
        parts = [int(group or 0) for group in match.groups()]
        start, end = (h * 3600 + m * 60 + s + ms / 1000 for h, m, s, ms in (parts[:4], parts[4:]))
        if start < last or end < start:
            raise ValueError(f"cue {number} is out of order")
        last = start
        words = "\n".join(lines[1:])
        if is_vtt:
            if re.search(r"<|>|&(?!amp;|lt;|gt;)", words):
                raise ValueError(f"cue {number} has markup in it")
            words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        yield start, end, words
