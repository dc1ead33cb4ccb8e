#!/usr/bin/env python3
"""Makes files that are built to hurt whoever opens them, and manifest.tsv, which has a line for each: the name, what it
tries, and how it must end (see registry.py).

usage: make.py FOLDER FOOTAGE [SEED]

FOOTAGE is a video of which ordinary parts are made. The same footage, ffmpeg, folder and seed make the same bytes.
Files
that are there are kept."""
import os
import pathlib
import shutil
import sys

import bombs
import clocks
import counts
import names
import pictures
import references
import structure
import words
from registry import FILES, OUTSIDE, Material, quoted

PARTS = (references, bombs, pictures, clocks, counts, structure, words, names)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    footage = pathlib.Path(sys.argv[2]).resolve()
    material = Material(folder, footage, sys.argv[3] if len(sys.argv) > 3 else "1")
    outside = folder / OUTSIDE
    outside.parent.mkdir(parents=True, exist_ok=True)
    if not outside.exists():
        part = outside.with_name("part")
        shutil.copyfile(footage, part)
        part.rename(outside)
    lines = []
    for name, (tries, outcome, make) in FILES.items():
        file = folder / name
        if not file.exists():
            part = folder / ".part"
            part.write_bytes(make(material))
            os.rename(part, file)
        lines.append(f"{quoted(name)}\t{tries}\t{outcome}\n")
    part = folder / ".part-manifest"
    part.write_text("".join(lines))
    os.rename(part, folder / "manifest.tsv")
    print(f"{len(lines)} files in {folder}")


if __name__ == "__main__":
    main()
