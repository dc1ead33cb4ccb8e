"""Where the headers of video files are: the fields that a reader trusts. For damage that hits more than pictures."""

# Boxes of mp4 that hold other boxes (ISO/IEC 14496-12), with the bytes before the first.
BOXES = {b"moov": 0, b"trak": 0, b"edts": 0, b"mdia": 0, b"minf": 0, b"dinf": 0, b"stbl": 0, b"mvex": 0, b"moof": 0,
         b"traf": 0, b"udta": 0, b"meta": 4, b"stsd": 8, b"dref": 8}
# Elements of Matroska that hold others (RFC 9559).
ELEMENTS = {0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0xE1, 0x1F43B675, 0xA0, 0x1C53BB6B, 0xBB, 0xB7, 0x114D9B74,
            0x4DBB, 0x1254C367, 0x7373, 0x55B0, 0x1A45DFA3}
MOST = 4000


def mp4(data, start=0, end=None, depth=0):
    """The fields of 4 bytes in the boxes of a file, without the pictures' own."""
    end, found = len(data) if end is None else end, []
    while start + 8 <= end and len(found) < MOST:
        size, kind = int.from_bytes(data[start:start + 4], "big"), data[start + 4:start + 8]
        if size < 8 or start + size > end:
            size = end - start
        found += [start, start + 4]
        if kind in BOXES and depth < 12:
            found += mp4(data, start + 8 + BOXES[kind], start + size, depth + 1)
        elif kind != b"mdat":
            # Version and flags, counts, entries; of long tables only the beginning.
            found += range(start + 8, min(start + size, start + 8 + 240) - 3, 4)
        start += size
    return found


def number(data, at, is_id):
    """An EBML number of variable length (RFC 8794, 4): its value and how long it is."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if not 1 <= length <= (4 if is_id else 8) or at + length > len(data):
        return None, 0
    value = int.from_bytes(data[at:at + length], "big")
    return (value if is_id else value & ((1 << 7 * length) - 1)), length


def matroska(data, start=0, end=None, depth=0):
    end, found = len(data) if end is None else end, []
    while start + 2 <= end and len(found) < MOST:
        kind, first = number(data, start, True)
        size, second = number(data, start + first, False) if first else (None, 0)
        if not second:
            break
        body = start + first + second
        found += [start, start + first]
        # A size of which all bits are set is not known.
        known = min(size, end - body) if size != (1 << 7 * second) - 1 else end - body
        if kind in ELEMENTS and depth < 8:
            found += matroska(data, body, body + known, depth + 1)
        else:
            found.append(body)
        start = body + known
    return found


def riff(data, start=0, end=None, depth=0):
    """AVI: chunks of a list, and the numbers in small ones."""
    end, found = len(data) if end is None else end, []
    while start + 8 <= end and len(found) < MOST:
        kind, size = data[start:start + 4], int.from_bytes(data[start + 4:start + 8], "little")
        found += [start, start + 4]
        body = start + 8
        if kind in (b"RIFF", b"LIST") and depth < 6:
            found.append(body)
            found += riff(data, body + 4, min(body + size, end), depth + 1)
        elif size <= 4096:
            found += range(body, min(body + size, body + 160, end) - 3, 4)
        start = body + size + size % 2
    return found


def transport(data):
    """MPEG-TS: the heads of packets, with what follows them in those that tell of streams."""
    found = []
    for start in range(0, len(data) - 188, 188):
        found.append(start)
        if data[start + 1] & 0x40:
            found += [start + 4, start + 8, start + 12, start + 16]
    return found[:MOST]


READERS = {"mp4": mp4, "mov": mp4, "m4v": mp4, "mkv": matroska, "webm": matroska, "avi": riff, "ts": transport}


def fields(data, container):
    """Where in a file 4 bytes of a header are."""
    return [at for at in READERS[container](data) if at + 4 <= len(data)] or [0]
