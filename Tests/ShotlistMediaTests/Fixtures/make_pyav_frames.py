#!/usr/bin/env python3
"""Makes pyav_frames.json: pixels of frames as PyAV gives them in rgb24, which NeMo Curator shows to models.

Needs av and numpy. Made with av 18.1.0: python3 make_pyav_frames.py FOOTAGE_FOLDER > pyav_frames.json
"""
import json
import pathlib
import sys

import av

FRAMES = {"bikes.mp4": [0, 1, 77, 249], "bigbuckbunny.mp4": [0, 64, 131], "carphone_pristine.mp4": [0, 59, 119]}

files = []
for name, indices in FRAMES.items():
    frames = [f.to_ndarray(format="rgb24") for f in av.open(pathlib.Path(sys.argv[1]) / name).decode(video=0)]
    for index in indices:
        frame = frames[index]
        rows = range(3, frame.shape[0], frame.shape[0] // 6)
        columns = range(5, frame.shape[1], frame.shape[1] // 6)
        files.append({
            "file": name, "index": index, "size": [frame.shape[1], frame.shape[0]],
            "means": [round(float(m), 4) for m in frame.mean(axis=(0, 1))],
            "pixels": [[x, y, *map(int, frame[y, x])] for y in rows for x in columns]})
print(json.dumps({"av": av.__version__, "frames": files}, separators=(",", ":")))
