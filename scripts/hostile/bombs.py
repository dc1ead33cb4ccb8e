"""Small files that become large: in the index, in the header, in the picture."""
import struct
import zlib

import boxes
import ebml
from boxes import FIRST, RAW, RAW_SIZE, box, full, movie, tables, track, u16, u32
from registry import hostile

LIMIT = "refused limit_exceeded"
HIDDEN = "refused refused_container"


@hostile("samples.mov", "an index of 80,000,000 frames of one byte, from three numbers", LIMIT)
def samples(material):
    return movie(RAW, track(tables(80_000_000, 1, FIRST)))


@hostile("samples_most.mp4", "an index of 2^31 - 1 frames without content", LIMIT + "|not_a_video")
def samples_most(material):
    return movie(RAW, track(tables(0x7FFFFFFF, 0, FIRST)))


@hostile("samples_sound.mov", "a second track, of sound, with 80,000,000 pieces", LIMIT)
def samples_sound(material):
    sound = full(b"stsd", 0, 0, u32(1), box(b"mp4a", bytes(6), u16(1), bytes(8), u16(2, 16, 0, 0), u32(48000 << 16)))
    many = full(b"stts", 0, 0, u32(1, 80_000_000, 1024))
    return movie(
        RAW, track(tables(4, RAW_SIZE, FIRST)),
        track(tables(80_000_000, 1, FIRST, stsd=sound, stts=many), kind=b"soun", scale=48000))


@hostile("samples_small.mov", "2^31 - 1 sizes of four bits, in a box of 20 bytes", LIMIT + "|not_a_video|no_frames")
def samples_small(material):
    small = full(b"stz2", 0, 0, u32(4, 0x7FFFFFFF))
    return movie(RAW, track(tables(4, RAW_SIZE, FIRST, stsz=small)))


@hostile("edits.mov", "an edit list that shows the same 1000 frames 20,000 times", LIMIT)
def edits(material):
    count = 20_000
    shown = box(b"edts", full(b"elst", 0, 0, u32(count), u32(40_000, 0, 0x10000) * count))
    return movie(RAW, track(tables(1000, 3, FIRST), edits=shown))


@hostile("edits_keys.mov", "an edit list of 40,000 single frames, each of which needs the 2000 before it", LIMIT)
def edits_keys(material):
    count = 40_000
    shown = box(b"edts", full(b"elst", 0, 0, u32(count), u32(40, 1999, 0x10000) * count))
    key = full(b"stss", 0, 0, u32(1, 1))
    return movie(RAW, track(tables(2000, 1, FIRST, stss=key), edits=shown))


@hostile("edits_few.mov", "an edit list that shows four frames 5000 times", "read 20000")
def edits_few(material):
    shown = box(b"edts", full(b"elst", 0, 0, u32(5000), u32(160, 0, 0x10000) * 5000))
    return boxes.raw_movie(edits=shown)


def run(count):
    """A fragment whose frames are only counted."""
    header = full(b"tfhd", 0, 0x020000 | 0x18, u32(1, 1, 1))
    return box(b"moof", full(b"mfhd", 0, 0, u32(1)), box(b"traf", header, full(b"trun", 0, 0, u32(count))))


@hostile("run.mp4", "a fragment of 80,000,000 frames of one byte", LIMIT)
def run_one(material):
    extends = box(b"mvex", full(b"trex", 0, 0, u32(1, 1, 1, 1, 0)))
    none = movie(b"", track(tables(0, 0, FIRST)))
    return boxes.append(none, (b"moov",), extends) + run(80_000_000) + box(b"mdat", RAW)


@hostile("runs.mp4", "a thousand fragments of 1,000,000 frames of one byte each", LIMIT)
def runs(material):
    extends = box(b"mvex", full(b"trex", 0, 0, u32(1, 1, 1, 1, 0)))
    none = movie(b"", track(tables(0, 0, FIRST)))
    return boxes.append(none, (b"moov",), extends) + run(1_000_000) * 1000 + box(b"mdat", RAW)


def deflated(total, block=1 << 20):
    """So many zeros in little room."""
    squeeze = zlib.compressobj(9)
    parts = [squeeze.compress(bytes(block)) for _ in range(total // block)]
    return b"".join(parts) + squeeze.flush()


def compressed_header(content, promised):
    method = box(b"dcom", b"zlib")
    return box(b"moov", box(b"cmov", method, box(b"cmvd", u32(promised), content)))


@hostile("header.mov", "a compressed header that says it becomes 2 GB", HIDDEN)
def header(material):
    return boxes.FTYP + compressed_header(deflated(64 << 20), 0x7FFFFFF0)


@hostile("header_lies.mov", "a compressed header that becomes 64 MB and promises 1000 bytes", HIDDEN)
def header_lies(material):
    return boxes.FTYP + compressed_header(deflated(64 << 20), 1000)


@hostile("header_nested.mov", "a compressed header in a compressed header, ten deep",
         HIDDEN)
def header_nested(material):
    inner = box(b"free", bytes(1 << 20))
    for _ in range(10):
        inner = compressed_header(zlib.compress(inner, 9), len(inner))
    return boxes.FTYP + inner


@hostile("header_samples.mov", "a compressed header with an index of 80,000,000 frames", HIDDEN)
def header_samples(material):
    whole = movie(RAW, track(tables(80_000_000, 1, FIRST)))
    inner = whole[boxes.find(whole, b"moov"):]
    return boxes.FTYP + box(b"mdat", RAW) + compressed_header(zlib.compress(inner), len(inner))


def png(width, height, content, depth=8, kind=2):
    """A PNG picture whose compressed content is `content`."""
    def chunk(name, data):
        return u32(len(data)) + name + data + u32(zlib.crc32(name + data))
    head = u32(width, height) + bytes([depth, kind, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def png_movie(pictures, width, height):
    """A QuickTime file of PNG pictures that says how large they are."""
    sizes = full(b"stsz", 0, 0, u32(0, len(pictures), *map(len, pictures)))
    index = tables(len(pictures), 0, FIRST, stsd=boxes.description(b"png ", width, height), stsz=sizes)
    return movie(b"".join(pictures), track(index))


@hostile("picture_8k.mov", "four PNG pictures of 8192x4320 in 110 kB: within the limits", "read 4")
def picture_8k(material):
    return png_movie([png(8192, 4320, deflated((8192 * 3 + 1) * 4320 + (1 << 20)))] * 4, 8192, 4320)


@hostile("picture_bomb.mov", "a PNG picture of 60000x60000 that says so", LIMIT)
def picture_bomb(material):
    return png_movie([png(60000, 60000, deflated(16 << 20))] * 4, 60000, 60000)


@hostile("picture_lies.mov", "PNG pictures of 16000x16000 in a file that says 64x64", LIMIT)
def picture_lies(material):
    return png_movie([png(16000, 16000, deflated(16 << 20))] * 4, 64, 64)


@hostile("picture_grows.mov", "small PNG pictures, then one of 16000x16000", "stopped limit_exceeded")
def picture_grows(material):
    small = png(64, 64, zlib.compress((b"\0" + bytes(64 * 3)) * 64))
    return png_movie([small] * 12 + [png(16000, 16000, deflated(16 << 20))] + [small] * 3, 64, 64)


@hostile("picture_deep.mov", "small PNG pictures, then some of 64 bits a pixel as large as may be",
         "stopped limit_exceeded")
def picture_deep(material):
    small = png(64, 64, zlib.compress((b"\0" + bytes(64 * 3)) * 64))
    large = png(8192, 8192, deflated((8192 * 8 + 1) * 8192 + (1 << 20)), depth=16, kind=6)
    return png_movie([small] * 12 + [large] * 2 + [small] * 2, 64, 64)


@hostile("gif.mp4", "a GIF of 65535x65535, and no video", "refused refused_container")
def gif(material):
    screen = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\2\2L\1\0"
    return screen + frame * 100 + b";"


@hostile("packed.mkv", "Matroska with packets that unpack to 256 MB each",
         "holed 24|refused no_frames|refused not_a_video")
def packed(material):
    encoding = ebml.element(0x6D80, ebml.element(0x6240, ebml.number(0x5031, 0) + ebml.element(
        0x5034, ebml.number(0x4254, 0))))
    bomb = deflated(256 << 20)
    return ebml.file(ebml.video(64, 64, "V_MJPEG", encoding), [ebml.block(1, n * 40, bomb, True) for n in range(24)])


@hostile("packed_private.mkv", "Matroska whose codec's own header unpacks to 256 MB",
         "holed 24|refused no_frames|refused not_a_video")
def packed_private(material):
    encoding = ebml.element(0x6D80, ebml.element(0x6240, ebml.number(0x5031, 0) + ebml.number(0x5032, 3) + ebml.element(
        0x5034, ebml.number(0x4254, 0))))
    private = ebml.element(0x63A2, deflated(256 << 20))
    blocks = [ebml.block(1, n * 40, b"x" * 100, True) for n in range(24)]
    return ebml.file(ebml.video(64, 64, "V_MPEG4/ISO/AVC", encoding + private), blocks)
