"""Boxes, chunks and elements that lie about where they end, lie in one another, or lead in circles."""
import struct

import boxes
import ebml
from boxes import FIRST, RAW, RAW_SIZE, box, full, movie, sized, tables, track, u16, u32, u64
from registry import hostile


@hostile("size_zero.mov", "a box of size 0, which reaches to the end, before all others",
         "refused not_a_video|no_video_stream")
def size_zero(material):
    return boxes.FTYP + sized(b"free", 0) + boxes.raw_movie()


@hostile("size_small.mov", "boxes of sizes from 1 to 7 between the others",
         "read 4|refused not_a_video|refused no_video_stream")
def size_small(material):
    odd = b"".join(sized(b"free", size) for size in range(2, 8))
    return boxes.raw_movie() + odd


@hostile("size_most.mov", "a box of 2^63 bytes", "refused not_a_video|no_video_stream")
def size_most(material):
    return boxes.FTYP + sized(b"free", 1, u64(1 << 63)) + boxes.raw_movie()


@hostile("size_over.mov", "a box whose end, from where it begins, is beyond 2^63",
         "refused not_a_video|no_video_stream")
def size_over(material):
    return boxes.FTYP + sized(b"skip", 1, u64((1 << 63) - 1)) + boxes.raw_movie()


@hostile("size_inside.mov", "a sample table of 4 GB in a track of 600 bytes",
         "read 4|refused not_a_video|refused limit_exceeded|refused no_video_stream")
def size_inside(material):
    return boxes.patch(boxes.raw_movie(), (b"moov", b"trak", b"mdia", b"minf", b"stbl"), 0, u32(0xFFFFFFF0))


@hostile("deep.mov", "boxes in boxes, 100,000 deep", "refused not_a_video|no_video_stream")
def deep(material):
    depth = 100_000
    return boxes.FTYP + b"".join(sized(b"moov", 8 * (depth - n)) for n in range(depth))


@hostile("deep_text.mp4", "an ordinary file with user data in user data, 20,000 deep", "read 24|refused not_a_video")
def deep_text(material):
    depth = 20_000
    nested = b"".join(sized(b"udta", 8 * (depth - n)) for n in range(depth))
    return boxes.append(material.plain("plain.mp4"), (b"moov",), nested)


@hostile("deep.mkv", "tags in tags, 20,000 deep",
         "read 4|refused not_a_video|refused no_video_stream|refused no_frames")
def deep_mkv(material):
    inner = b""
    for _ in range(20_000):
        inner = b"\x67\xc8" + ebml.length(len(inner)) + inner
    return ebml.raw(around=ebml.element(0x1254C367, ebml.element(0x7373, inner)))


@hostile("seek_circle.mkv", "Matroska whose list of places names itself", "read 4")
def seek_circle(material):
    entry = ebml.element(0x4DBB, ebml.element(0x53AB, b"\x11\x4d\x9b\x74") + ebml.number(0x53AC, 0))
    return ebml.raw(around=ebml.element(0x114D9B74, entry * 100))


@hostile("cues.mkv", "Matroska whose index sends every seek beyond the file", "read 4")
def cues(material):
    points = [ebml.element(0xBB, ebml.number(0xB3, n) + ebml.element(
        0xB7, ebml.number(0xF7, 1) + ebml.number(0xF1, (1 << 63) - 1 - n))) for n in range(500)]
    return ebml.raw(around=ebml.element(0x1C53BB6B, b"".join(points)))


@hostile("sizes.mkv", "Matroska with elements of unknown size in elements of unknown size",
         "read 4|refused not_a_video|refused no_frames")
def sizes(material):
    data = ebml.raw()
    where = data.index(b"\x18\x53\x80\x67") + 4
    data = data[:where] + ebml.UNKNOWN + data[where + 8:]
    where = data.index(b"\x1f\x43\xb6\x75") + 4
    return data[:where] + ebml.UNKNOWN + data[where + 8:]


@hostile("linked.mkv", "Matroska that is linked to segments in other files", "read 4")
def linked(material):
    name = material.outside
    links = ebml.element(0x73A4, bytes(range(16))) + ebml.text(0x7384, name)
    links += ebml.element(0x3CB923, bytes(16)) + ebml.text(0x3C83AB, name)
    links += ebml.element(0x3EB923, bytes(16)) + ebml.text(0x3E83BB, name)
    edition = ebml.element(0x45B9, ebml.number(0x45DD, 1) + ebml.element(0xB6, ebml.number(0x73C4, 1) + ebml.number(
        0x91, 0) + ebml.number(0x92, 1000) + ebml.element(0x6E67, bytes(range(16)))))
    track_of = ebml.video(16, 16, ebml.RAW_CODEC, in_video=ebml.RAW_KIND)
    blocks = [ebml.block(1, n * 40, bytes(768), True) for n in range(4)]
    return ebml.head() + ebml.segment(
        ebml.information(more=links), ebml.element(0x1654AE6B, track_of), ebml.element(0x1043A770, edition),
        ebml.cluster(blocks))


@hostile("index_circle.avi", "an AVI file whose index of indices names itself, three times", "read 24")
def index_circle(material):
    data = bytearray(material.plain("jpeg.avi"))
    where = data.index(b"strf")
    size, = struct.unpack_from("<I", data, where + 4)
    end = where + 8 + size
    index = struct.pack("<HBBI4s3I", 4, 0, 0, 3, b"00dc", 0, 0, 0) + struct.pack("<QII", end, 72, 24) * 3
    chunk = b"indx" + struct.pack("<I", len(index)) + index
    for kind in (b"strl", b"hdrl", b"AVI "):
        around = data.index(kind) - 4
        struct.pack_into("<I", data, around, struct.unpack_from("<I", data, around)[0] + len(chunk))
    return bytes(data[:end]) + chunk + bytes(data[end:])


@hostile("index_places.avi", "an AVI file whose index sends every frame beyond the file", "read 24|holed 24")
def index_places(material):
    data = bytearray(material.plain("jpeg.avi"))
    where = data.index(b"idx1")
    size, = struct.unpack_from("<I", data, where + 4)
    for place in range(where + 8, where + 8 + size, 16):
        struct.pack_into("<II", data, place + 8, 0xFFFFFFF0, 0x7FFFFFFF)
    return bytes(data)


@hostile("places.mov", "frames that lie beyond the file, in its header, and in one another",
         "holed 4|read 4|read 3|refused no_frames|refused not_a_video")
def places(material):
    offsets = full(b"stco", 0, 0, u32(4, 0xFFFFFFF0, 0, FIRST + 1, 12))
    return boxes.raw_movie(stco=offsets, stsc=full(b"stsc", 0, 0, u32(1, 1, 1, 1)))


@hostile("large_frames.mov", "frames that say they have 2 GB each", "holed 4|refused no_frames|refused not_a_video")
def large_frames(material):
    return boxes.raw_movie(stsz=full(b"stsz", 0, 0, u32(0, 4, *[0x7FFFFFF0] * 4)))


@hostile("chunks.mov", "chunks of 2^31 samples, and samples of chunk 0",
         "read 4|refused not_a_video|refused no_frames|refused no_video_stream")
def chunks(material):
    return boxes.raw_movie(stsc=full(b"stsc", 0, 0, u32(3, 0, 0x80000000, 1, 1, 0x7FFFFFFF, 7, 1, 4, 1)))


@hostile("partitions.mxf", "an MXF file whose partitions each name themselves as the one before",
         "read 24|refused no_frames|refused not_a_video")
def partitions(material):
    data = bytearray(material.plain("mpeg2.mxf"))
    pack = bytes.fromhex("060e2b34020501010d01020101")
    start = data.find(pack)
    while start >= 0:
        # Behind key and length: two versions, the grid, then this, the previous and the footer's partition.
        head = start + 16 + (1 + (data[start + 16] & 127) if data[start + 16] & 128 else 1)
        if data[start + 13] in (2, 3, 4):
            data[head + 16:head + 24] = data[head + 8:head + 16]
        start = data.find(pack, start + 16)
    return bytes(data)


@hostile("header_only.mxf", "an MXF file whose pictures are elsewhere", "refused no_frames|not_a_video|no_video_stream")
def header_only(material):
    data = material.plain("mpeg2.mxf")
    essence = data.index(bytes.fromhex("060e2b34010201010d0103011"[:-1]))
    return data[:essence]


@hostile("objects.flv", "a Flash video with objects in objects, 10,000 deep", "read 24|refused not_a_video")
def objects(material):
    data = material.plain("plain.flv")
    words = b"\2" + u16(10) + b"onMetaData" + (b"\3" + u16(1) + b"a") * 10_000
    tag = b"\x12" + len(words).to_bytes(3, "big") + bytes(7) + words
    return data[:13] + tag + u32(len(tag)) + data[13:]


@hostile("keys.flv", "a Flash video whose list of key frames has 2^28 entries", "read 24|refused not_a_video")
def keys(material):
    data = material.plain("plain.flv")
    places = u16(9) + b"keyframes" + b"\3" + b"".join(
        u16(len(name)) + name + b"\x0a" + u32(1 << 28) + b"\0" + bytes(8) for name in (b"times", b"filepositions"))
    words = b"\2" + u16(10) + b"onMetaData\x08" + u32(1) + places + b"\0\0\x09" * 2
    tag = b"\x12" + len(words).to_bytes(3, "big") + bytes(7) + words
    return data[:13] + tag + u32(len(tag)) + data[13:]


@hostile("locked.mp4", "encrypted pictures with a list of 2^32 - 1 parts",
         "holed 24|read 24|refused not_a_video|refused no_frames")
def locked(material):
    data = material.plain("plain.mp4")
    info = full(b"saiz", 0, 0, b"\0", u32(0xFFFFFFFF)) + full(b"saio", 0, 0, u32(0xFFFFFFFF, 0))
    info += full(b"senc", 0, 2, u32(0xFFFFFFFF), bytes(32))
    return boxes.append(data, (b"moov", b"trak", b"mdia", b"minf", b"stbl"), info)


@hostile("noise.mp4", "the head of an mp4 file, then noise", "refused not_a_video|no_video_stream")
def noise(material):
    return boxes.FTYP + material.random("noise.mp4").randbytes(200_000)


@hostile("garbage.mp4", "an ordinary index over noise", "holed 24|read 24")
def garbage(material):
    data = bytearray(material.plain("plain.mp4"))
    where = boxes.find(data, b"mdat")
    length = boxes.size(data, where) - 8
    data[where + 8:where + 8 + length] = material.random("garbage.mp4").randbytes(length)
    return bytes(data)


@hostile("garbage_long.mov", "30,000 frames of H.264, all of the same 64 bytes of noise",
         "holed 30000|refused no_frames|stopped limit_exceeded")
def garbage_long(material):
    count = 30_000
    plain = material.plain("plain.mp4")
    described = plain[boxes.find(plain, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):]
    described = described[:boxes.size(described, 0)]
    unit = u32(60) + b"\x65" + material.random("garbage_long.mov").randbytes(59)
    index = tables(
        count, len(unit), FIRST, stsd=described, stco=full(b"stco", 0, 0, u32(count), u32(FIRST) * count),
        stsc=full(b"stsc", 0, 0, u32(1, 1, 1, 1)))
    return movie(unit, track(index, duration=count))
