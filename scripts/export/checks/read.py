#!/usr/bin/env python3
"""Read an export as its reader does, and print what it found: a line of JSON for each clip.

usage: read.py READER FOLDER     (for those of subtitles a file)

A clip's line has `part`, `caption`, and `sha256` of its video's bytes; a cue's has `start`, `end` and `caption`.
It fails where the reader would.
"""
import hashlib
import json
import os
import sys

import libraries
import trainers

# Of one part each.
READERS = {
    "musubi": trainers.musubi_directory,
    "diffusion-pipe": trainers.diffusion_pipe,
    "kohya": trainers.kohya,
    "finetrainers-pairs": trainers.finetrainers_pairs,
    "finetrainers": trainers.finetrainers,
    "musubi-jsonl": trainers.musubi_jsonl,
    "ltx": trainers.ltx,
    "cosmos": trainers.cosmos,
    "jsonl": trainers.jsonl,
    "csv": trainers.csv_rows,
    "pandas-csv": libraries.pandas_csv,
    "pandas-jsonl": libraries.pandas_jsonl,
    "pandas-parquet": libraries.pandas_parquet,
    "pyarrow": libraries.pyarrow_parquet,
}
# Of all parts.
LIBRARIES = {
    "videofolder": libraries.videofolder,
    "datasets-json": libraries.datasets_json,
    "datasets-parquet": libraries.datasets_parquet,
    "datasets-webdataset": libraries.datasets_webdataset,
    "webdataset": libraries.webdataset,
}
# Of files.
SUBTITLES = {"subtitles": trainers.subtitles, "libav-subtitles": trainers.libav_subtitles}


def parts(folder):
    """The folders of an export's parts; a folder without any is for training."""
    found = [(part, os.path.join(folder, part)) for part in libraries.PARTS]
    found = [(part, path) for part, path in found if os.path.isdir(path)]
    return found or [("train", folder)]


def clips(reader, folder):
    """Part, video and caption of each clip."""
    if reader in LIBRARIES:
        yield from LIBRARIES[reader](folder)
        return
    for part, path in parts(folder):
        for video, caption in READERS[reader](path):
            yield part, video, caption


def main():
    reader, path = sys.argv[1:]
    path = os.path.abspath(path)
    if reader in SUBTITLES:
        for start, end, words in SUBTITLES[reader](path):
            print(json.dumps({"start": start, "end": end, "caption": words}))
        return
    for part, video, caption in clips(reader, path):
        if isinstance(video, str):
            with open(video, "rb") as file:
                video = file.read()
        print(json.dumps({"part": part, "caption": caption, "sha256": hashlib.sha256(video).hexdigest()}))


if __name__ == "__main__":
    main()
