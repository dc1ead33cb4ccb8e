"""Matroska files (RFC 9559) built from nothing."""
import struct


def length(value, width=8):
    """A length as EBML has it (RFC 8794, 4)."""
    return (1 << 7 * width | value).to_bytes(width, "big")


UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def identity(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def element(kind, content, size=None):
    """An element; with `size` one that lies about its length."""
    return identity(kind) + length(len(content) if size is None else size) + content


def number(kind, value):
    return element(kind, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def real(kind, value):
    return element(kind, struct.pack(">d", value))


def text(kind, words):
    return element(kind, words.encode() if isinstance(words, str) else words)


def head(kind="matroska"):
    return element(0x1A45DFA3, number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8)
                   + text(0x4282, kind) + number(0x4287, 4) + number(0x4285, 2))


def information(scale=1_000_000, more=b""):
    return element(0x1549A966, number(0x2AD7B1, scale) + text(0x4D80, "x") + text(0x5741, "x") + more)


def video(width, height, codec, more=b"", in_video=b""):
    """A track of pictures."""
    size = element(0xE0, number(0xB0, width) + number(0xBA, height) + in_video)
    return element(0xAE, number(0xD7, 1) + number(0x73C5, 1) + number(0x83, 1) + text(0x86, codec) + size + more)


def block(track, time, content, is_key):
    """A simple block; `time` counts from its cluster."""
    return element(0xA3, bytes([0x80 | track]) + struct.pack(">hB", time, 0x80 if is_key else 0) + content)


def cluster(blocks, time=0):
    return element(0x1F43B675, number(0xE7, time) + b"".join(blocks))


def segment(*parts):
    return element(0x18538067, b"".join(parts))


def file(track, blocks, scale=1_000_000, more=b""):
    return head() + segment(information(scale), element(0x1654AE6B, track), more, cluster(blocks))


RAW_CODEC = "V_UNCOMPRESSED"
# Pictures of 16x16 as raw RGB, known by their four letters.
RAW_KIND = element(0x2EB524, b"RGB\x18")


def raw(pictures=4, step=40, scale=1_000_000, more=b"", in_video=b"", around=b""):
    """An ordinary file of grey pictures of 16x16."""
    blocks = [block(1, n * step, bytes([32 + 50 * (n % 4)]) * 768, True) for n in range(pictures)]
    return file(video(16, 16, RAW_CODEC, more, in_video + RAW_KIND), blocks, scale, around)
