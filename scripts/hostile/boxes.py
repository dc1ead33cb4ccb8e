"""Boxes of mp4 and QuickTime files (ISO/IEC 14496-12, 4.2; QuickTime File Format): built from nothing, or changed where
they lie. A number too large for its field is cut to it, as a hostile writer would."""
import struct

MATRIX = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def u16(*values):
    return b"".join(struct.pack(">H", value & 0xFFFF) for value in values)


def u32(*values):
    return b"".join(struct.pack(">I", value & 0xFFFFFFFF) for value in values)


def u64(*values):
    return b"".join(struct.pack(">Q", value & 0xFFFFFFFFFFFFFFFF) for value in values)


def box(kind, *parts):
    content = b"".join(parts)
    return u32(8 + len(content)) + kind + content


def full(kind, version, flags, *parts):
    """A box with a version and flags."""
    return box(kind, bytes([version]), flags.to_bytes(3, "big"), *parts)


def sized(kind, size, *parts):
    """A box that lies about its size."""
    return u32(size) + kind + b"".join(parts)


def find(data, *path, start=0, end=None):
    """Where the box at `path` begins, its head included."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if kind == path[0]:
            return start if len(path) == 1 else find(data, *path[1:], start=start + 8, end=start + size)
        start += size or end
    raise ValueError(f"no box {path[0]}")


def size(data, where):
    return struct.unpack_from(">I", data, where)[0]


def replace(data, path, new):
    """`data` with another box, or none, in place of the one at `path`; the boxes around it become as long as they must.

    Chunk offsets are not changed: the movie box must lie behind the pictures."""
    where = find(data, *path)
    growth = len(new) - size(data, where)
    result = bytearray(data[:where] + new + data[where + size(data, where):])
    for depth in range(1, len(path)):
        around = find(data, *path[:depth])
        struct.pack_into(">I", result, around, size(data, around) + growth)
    return bytes(result)


def append(data, path, new):
    """`data` with one more box at the end of the one at `path`."""
    where = find(data, *path)
    old = data[where:where + size(data, where)]
    return replace(data, path, u32(len(old) + len(new)) + old[4:] + new)


def patch(data, path, offset, new):
    """`data` with other bytes `offset` bytes behind the beginning of the box at `path`."""
    where = find(data, *path) + offset
    return data[:where] + new + data[where + len(new):]


def swapped(data, order):
    """The boxes of the file in that order."""
    parts = {}
    start = 0
    while start + 8 <= len(data):
        parts[data[start + 4:start + 8]] = data[start:start + size(data, start)]
        start += size(data, start)
    return b"".join(parts[kind] for kind in order)


def description(codec=b"raw ", width=16, height=16, more=b""):
    """A sample description of one video codec."""
    entry = box(
        codec, bytes(6), u16(1), bytes(16), u16(width, height), u32(0x480000, 0x480000, 0), u16(1), bytes(32),
        u16(24, 0xFFFF), more)
    return full(b"stsd", 0, 0, u32(1), entry)


def movie_header(scale=1000, duration=1000):
    return full(
        b"mvhd", 0, 0, u32(0, 0, scale, duration, 0x10000), u16(0x100), bytes(10), u32(*MATRIX), bytes(24), u32(2))


def track(tables, scale=25, duration=4, edits=b"", kind=b"vide", matrix=MATRIX, more=b""):
    """A track; `tables` are the boxes of its sample table."""
    information = box(
        b"minf", full(b"vmhd", 0, 1, bytes(8)), box(b"dinf", full(b"dref", 0, 0, u32(1), full(b"url ", 0, 1))),
        box(b"stbl", *tables))
    media = box(
        b"mdia", full(b"mdhd", 0, 0, u32(0, 0, scale, duration), u16(0x55C4, 0)),
        full(b"hdlr", 0, 0, u32(0), kind, bytes(13)), information)
    header = full(
        b"tkhd", 0, 7, u32(0, 0, 1, 0, 1000), bytes(16), u32(*matrix), u32(16 << 16, 16 << 16))
    return box(b"trak", header, edits, media, more)


def tables(count, bytes_each, offset, stsd=None, **other):
    """A sample table: `count` samples of `bytes_each` in one chunk at `offset`; each box can be given anew by name."""
    boxes = {
        "stsd": stsd or description(), "stts": full(b"stts", 0, 0, u32(1, count, 1)), "ctts": b"", "stss": b"",
        "stsc": full(b"stsc", 0, 0, u32(1, 1, count, 1)), "stsz": full(b"stsz", 0, 0, u32(bytes_each, count)),
        "stco": full(b"stco", 0, 0, u32(1, offset)),
    } | other
    return list(boxes.values())


FTYP = box(b"ftyp", b"qt  ", u32(0), b"qt  ")
# Where the pictures of `movie` lie.
FIRST = len(FTYP) + 8


def movie(pictures, *tracks, header=None):
    """A QuickTime file whose pictures begin at FIRST."""
    return FTYP + box(b"mdat", pictures) + box(b"moov", header or movie_header(), *tracks)


# Four grey pictures of 16x16 as raw RGB.
RAW = b"".join(bytes([shade]) * (16 * 16 * 3) for shade in (32, 96, 160, 224))
RAW_SIZE = 16 * 16 * 3


def raw_movie(edits=b"", header=None, matrix=MATRIX, **other):
    """An ordinary file of those four pictures, in which one box can be given anew by name."""
    return movie(RAW, track(tables(4, RAW_SIZE, FIRST, **other), edits=edits, matrix=matrix), header=header)
