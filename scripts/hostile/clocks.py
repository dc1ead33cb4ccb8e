"""Clocks that stand, run backwards, or run beyond what numbers hold."""
import struct

import boxes
import ebml
from boxes import FIRST, RAW, RAW_SIZE, box, full, movie, tables, track, u32, u64
from registry import hostile

LIMIT = "refused limit_exceeded"
MEDIA = (b"moov", b"trak", b"mdia", b"mdhd")
MOVIE = (b"moov", b"mvhd")


@hostile("scale_zero.mov", "a media clock of 0 units a second", "read 4")
def scale_zero(material):
    return boxes.patch(boxes.raw_movie(), MEDIA, 20, u32(0))


@hostile("scale_zero_all.mov", "both clocks have 0 units a second", "read 4")
def scale_zero_all(material):
    return boxes.patch(boxes.patch(boxes.raw_movie(), MEDIA, 20, u32(0)), MOVIE, 20, u32(0))


@hostile("scale_negative.mov", "both clocks have -1 units a second", "read 4")
def scale_negative(material):
    return boxes.patch(boxes.patch(boxes.raw_movie(), MEDIA, 20, u32(-1)), MOVIE, 20, u32(-1))


@hostile("scale_most.mov", "2^31 - 1 frames a second", LIMIT)
def scale_most(material):
    return boxes.patch(boxes.raw_movie(), MEDIA, 20, u32(0x7FFFFFFF))


@hostile("slow.mov", "a frame each 2^30 seconds", LIMIT)
def slow(material):
    times = full(b"stts", 0, 0, u32(1, 4, 1 << 30))
    return boxes.patch(boxes.raw_movie(stts=times), MEDIA, 20, u32(1))


@hostile("still.mov", "frames that all last 0", "read 4")
def still(material):
    return boxes.raw_movie(stts=full(b"stts", 0, 0, u32(1, 4, 0)))


@hostile("backwards.mov", "frames that last -1, -2, -3 and -4 units", "read 4")
def backwards(material):
    return boxes.raw_movie(stts=full(b"stts", 0, 0, u32(4, *(n for k in range(1, 5) for n in (1, -k)))))


@hostile("offsets.mov", "times of presentation 2^31 units before and behind those of decoding", LIMIT + "|read 4")
def offsets(material):
    shifts = full(b"ctts", 1, 0, u32(4, 1, -0x80000000, 1, 0x7FFFFFFF, 1, -0x80000000, 1, 0x7FFFFFFF))
    return boxes.raw_movie(ctts=shifts)


@hostile("last.mov", "a last frame that lasts 2^31 - 1 seconds", LIMIT)
def last(material):
    times = full(b"stts", 0, 0, u32(2, 3, 1, 1, 0x7FFFFFFF))
    return boxes.patch(boxes.raw_movie(stts=times), MEDIA, 20, u32(1))


@hostile("edit_most.mov", "an edit list whose numbers are 2^63 - 1", "read 4|refused no_frames|refused limit_exceeded")
def edit_most(material):
    most = 0x7FFFFFFFFFFFFFFF
    entries = u64(most, most) + u32(0x10000) + u64(most, 0) + u32(0x10000)
    return boxes.raw_movie(edits=box(b"edts", full(b"elst", 1, 0, u32(2), entries)))


@hostile("edit_negative.mov", "an edit list whose numbers are negative",
         "read 4|refused no_frames|refused limit_exceeded|refused not_a_video")
def edit_negative(material):
    return boxes.raw_movie(edits=box(b"edts", full(b"elst", 1, 0, u32(3), *[
        u64(length, time) + u32(rate) for length, time, rate in (
            (-1, -2, 0x10000), (-(1 << 63), -(1 << 63), -0x10000), (160, 0, 0))])))


def fragment(time):
    """An empty movie, and a fragment of two frames that begins at `time`."""
    extends = box(b"mvex", full(b"trex", 0, 0, u32(1, 1, 1, RAW_SIZE, 0)))
    none = boxes.append(movie(b"", track(tables(0, 0, FIRST))), (b"moov",), extends)

    def piece(offset):
        return box(b"moof", full(b"mfhd", 0, 0, u32(1)), box(
            b"traf", full(b"tfhd", 0, 0x020000, u32(1)), full(b"tfdt", 1, 0, u64(time)),
            full(b"trun", 0, 1, u32(2, offset))))
    return none + piece(len(piece(0)) + 8) + box(b"mdat", RAW[:2 * RAW_SIZE])


@hostile("fragment_most.mp4", "a fragment that begins at 2^63 - 2",
         "refused no_frames|refused limit_exceeded|refused not_a_video|read 2|read 1")
def fragment_most(material):
    return fragment(0x7FFFFFFFFFFFFFFE)


@hostile("fragment_far.mp4", "a fragment that begins at 2^62", "refused no_frames|refused limit_exceeded|read 2")
def fragment_far(material):
    return fragment(1 << 62)


@hostile("fragment_before.mp4", "a fragment that begins at -2^63",
         "refused no_frames|refused limit_exceeded|read 2|read 1")
def fragment_before(material):
    return fragment(1 << 63)


@hostile("fragment_apart.mp4", "two fragments, one at -2^61 and one at 2^61", LIMIT + "|no_frames")
def fragment_apart(material):
    first = fragment(-(1 << 61))
    return first + fragment(1 << 61)[boxes.find(first, b"moof"):]


@hostile("clock_zero.mkv", "Matroska with a scale of 0 nanoseconds", "read 4")
def clock_zero(material):
    return ebml.raw(scale=0)


@hostile("clock_most.mkv", "Matroska with a scale of 2^63 nanoseconds",
         LIMIT + "|not_a_video|no_frames|no_video_stream|read 4")
def clock_most(material):
    return ebml.raw(scale=1 << 63)


@hostile("clock_slow.mkv", "Matroska with a scale of ten thousand seconds", LIMIT + "|not_a_video")
def clock_slow(material):
    return ebml.raw(scale=10_000_000_000_000)


@hostile("clusters.mkv", "Matroska with clusters at 0, 2^62, 2^63 - 1 and 2^64 - 1",
         LIMIT + "|no_frames|read 1|read 2|read 4")
def clusters(material):
    track_of = ebml.video(16, 16, ebml.RAW_CODEC, in_video=ebml.RAW_KIND)
    times = (0, 1 << 62, (1 << 63) - 1, (1 << 64) - 1)
    each = [ebml.cluster([ebml.block(1, 32767, RAW[:768], True)], time) for time in times]
    return ebml.head() + ebml.segment(ebml.information(), ebml.element(0x1654AE6B, track_of), *each)


@hostile("rate.mkv", "Matroska that says each frame lasts a nanosecond", LIMIT + "|read 4")
def rate(material):
    return ebml.raw(step=0, more=ebml.number(0x23E383, 1))


@hostile("rate_low.mkv", "Matroska that says each frame lasts 2^63 nanoseconds", LIMIT + "|read 4")
def rate_low(material):
    return ebml.raw(more=ebml.number(0x23E383, 1 << 63))


def avi(material, scale, rate, micros=40000):
    data = bytearray(material.plain("jpeg.avi"))
    struct.pack_into("<I", data, data.index(b"avih") + 8, micros)
    struct.pack_into("<II", data, data.index(b"strh") + 8 + 20, scale, rate)
    return bytes(data)


@hostile("rate_zero.avi", "AVI of 0/0 frames a second", "read 24")
def rate_zero(material):
    return avi(material, 0, 0, 0)


@hostile("rate_most.avi", "AVI of 4,294,967,295 frames a second", LIMIT + "|read 24")
def rate_most(material):
    return avi(material, 1, 0xFFFFFFFF, 0)


@hostile("rate_high.avi", "AVI of 1,000,000,000 frames a second", LIMIT)
def rate_high(material):
    return avi(material, 1, 1_000_000_000)


@hostile("rate_low.avi", "AVI of a frame in 1,000,000,000 seconds", LIMIT)
def rate_low_avi(material):
    return avi(material, 1_000_000_000, 1)


def timed(material, change):
    """The transport stream with other times: `change` gives each packet's from its number and its own."""
    data = bytearray(material.plain("plain.ts"))
    count = 0
    for start in range(0, len(data), 188):
        packet = data[start:start + 188]
        head = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
        if not packet[1] & 0x40 or packet[head:head + 4] != b"\0\0\1\xe0":
            continue
        for field in range(2 if packet[head + 7] & 0x40 else 1):
            where = start + head + 9 + 5 * field
            old = data[where:where + 5]
            time = (old[0] >> 1 & 7) << 30 | (old[1] << 8 | old[2]) >> 1 << 15 | (old[3] << 8 | old[4]) >> 1
            new = change(count, time) & (1 << 33) - 1
            data[where:where + 5] = bytes([
                old[0] & 0xF0 | new >> 29 & 0xE | 1, new >> 22 & 0xFF, new >> 14 & 0xFE | 1, new >> 7 & 0xFF,
                new << 1 & 0xFE | 1])
        count += 1
    return bytes(data)


@hostile("same.ts", "a transport stream whose pictures are all shown at once", "read 24|holed 24")
def same(material):
    return timed(material, lambda number, time: 90000)


@hostile("jumps.ts", "a transport stream whose times jump by hours, forwards and back", "read 24|holed 24")
def jumps(material):
    random = material.random("jumps.ts")
    return timed(material, lambda number, time: random.randrange(1 << 33))


@hostile("jumps.flv", "a Flash video whose times jump from 0 to 2^31 and back", LIMIT + "|holed 24|read 24")
def jumps_flv(material):
    data = bytearray(material.plain("plain.flv"))
    place = 13
    number = 0
    while place + 11 < len(data):
        size = int.from_bytes(data[place + 1:place + 4], "big")
        if data[place] == 9:
            time = (0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)[number % 4]
            data[place + 4:place + 8] = (time & 0xFFFFFF).to_bytes(3, "big") + bytes([time >> 24])
            number += 1
        place += 11 + size + 4
    return bytes(data)
