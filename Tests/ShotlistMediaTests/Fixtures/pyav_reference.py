#!/usr/bin/env python3
"""Writes a video's frames as PyAV gives them, in order of presentation and as rgb24: what NeMo Curator shows to models.

usage: pyav_reference.py FILE [INDEX...]     all frames where no INDEX is given

First comes a line of JSON, then the bytes of one frame after another, without padding:
  count      how many frames there are, also of those that are not written
  rotation   clockwise degrees by which they are turned to be shown; they are written as stored
  frames     of each frame that is written: width, height, pts, microseconds, rounded down (both null
             where PyAV does not know)

Needs av and numpy, as scripts/reference/environment.sh installs them. A packet that PyAV calls invalid is left out, and
decoding goes on after it.
"""
import json
import sys

import av


def decoded(container):
    """Every frame of the first video stream, as `container.decode(video=0)`, which would stop at an invalid packet."""
    stream = container.streams.video[0]
    # As NeMo Curator has it on one core. With PyAV's own setting damage in H.264 looks different on several.
    stream.thread_type, stream.thread_count = "AUTO", 1
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def main():
    path, wanted = sys.argv[1], {int(index) for index in sys.argv[2:]}
    count, rotation, told, pictures = 0, 0, [], []
    with av.open(path) as container:
        for index, frame in enumerate(decoded(container)):
            count += 1
            rotation = -frame.rotation % 360
            if wanted and index not in wanted:
                continue
            pictures.append(frame.to_ndarray(format="rgb24"))
            height, width, _ = pictures[-1].shape
            time = None if frame.pts is None else int(frame.pts * frame.time_base * 1_000_000 // 1)
            told.append({"width": width, "height": height, "pts": frame.pts, "microseconds": time})
    header = {"count": count, "rotation": rotation, "frames": told}
    sys.stdout.buffer.write(json.dumps(header, separators=(",", ":")).encode() + b"\n")
    for picture in pictures:
        sys.stdout.buffer.write(picture.tobytes())


main()
