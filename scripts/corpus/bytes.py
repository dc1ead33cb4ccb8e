#!/usr/bin/env python3
"""Changes bytes of a video file, which ffmpeg would not do: what a damaged disk does, or a header that lies.

usage: bytes.py zero FILE START LENGTH       zeroes LENGTH thousandths of the file from START thousandths on
       bytes.py drop FILE START LENGTH       takes them out, in packets of an MPEG transport stream
       bytes.py avi-frames FILE COUNT        AVI: lets the header promise COUNT frames
       bytes.py mkv-duration FILE SECONDS    Matroska: lets the header promise SECONDS
       bytes.py mp4-frames FILE COUNT        mp4: lets the list of durations promise COUNT frames
       bytes.py mp4-edit FILE MILLISECONDS   mp4: ends the edit list of the first track that long after its beginning
"""
import pathlib
import struct
import sys


def span(data, start, length, unit=1):
    """The bytes from `start` thousandths of the file on, `length` thousandths long, in whole units."""
    first = len(data) * int(start) // 1000 // unit * unit
    return slice(first, first + len(data) * int(length) // 1000 // unit * unit)


def boxes(data, path, start=0, end=None):
    """Where the content of each box at `path` begins (ISO/IEC 14496-12, 4.2); boxes here have sizes of 32 bits."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if kind.decode("latin-1") == path[0]:
            if len(path) == 1:
                yield start + 8
            else:
                yield from boxes(data, path[1:], start + 8, start + size)
        start += size or end


def zero(data, start, length):
    where = span(data, start, length)
    data[where] = bytes(where.stop - where.start)


def drop(data, start, length):
    del data[span(data, start, length, unit=188)]


def avi_frames(data, count):
    # AVIMAINHEADER.dwTotalFrames, AVISTREAMHEADER.dwLength of the pictures, dwTotalFrames of OpenDML's header.
    struct.pack_into("<I", data, data.index(b"avih") + 8 + 16, int(count))
    struct.pack_into("<I", data, data.index(b"strh") + 8 + 32, int(count))
    if b"odmldmlh" in data:
        struct.pack_into("<I", data, data.index(b"odmldmlh") + 12, int(count))


def mkv_duration(data, seconds):
    # Duration (RFC 9559, 5.1.2.10) is a float of 8 bytes, in milliseconds at the usual scale.
    struct.pack_into(">d", data, data.index(b"\x44\x89\x88") + 3, float(seconds) * 1000)


def mp4_frames(data, count):
    # The first entry of the list of durations says for how many frames it holds (ISO/IEC 14496-12, 8.6.1.2).
    struct.pack_into(">I", data, next(boxes(data, ["moov", "trak", "mdia", "minf", "stbl", "stts"])) + 8, int(count))


def mp4_edit(data, milliseconds):
    # The last entry of a list of version 0; the muxer's movie header counts milliseconds.
    box = next(boxes(data, ["moov", "trak", "edts", "elst"]))
    count, = struct.unpack_from(">I", data, box + 4)
    struct.pack_into(">I", data, box + 8 + 12 * (count - 1), int(milliseconds))


def main():
    change = {
        "zero": zero, "drop": drop, "avi-frames": avi_frames, "mkv-duration": mkv_duration,
        "mp4-frames": mp4_frames, "mp4-edit": mp4_edit}[sys.argv[1]]
    file = pathlib.Path(sys.argv[2])
    data = bytearray(file.read_bytes())
    change(data, *sys.argv[3:])
    file.write_bytes(data)


main()
