"""Pictures that are larger than they may be, by the header of each codec: the container says 128x64."""
import struct

import bits
import boxes
import ebml
from registry import hostile

LIMIT = "refused limit_exceeded"
# More than the limits allow, and less than libav itself does.
WIDE, HIGH = 16384, 12288


def spliced(data, path, change):
    """An mp4 file in whose sample description the parameter sets are changed."""
    where = boxes.find(data, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    end = where + boxes.size(data, where)
    kind = path[-1]
    start = data.index(kind, where, end) - 4
    size = boxes.size(data, start)
    changed = change(data[start:start + size])
    entry = where + 16
    growth = len(changed) - size
    whole = data[where:start] + boxes.u32(len(changed)) + changed[4:] + data[start + size:end]
    whole = boxes.u32(len(whole)) + whole[4:16] + boxes.u32(boxes.size(data, entry) + growth) + whole[20:]
    return boxes.replace(data, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"), whole)


def h264(data, width, height):
    def change(record):
        length, = struct.unpack_from(">H", record, 14)
        unit = bits.parameters_h264(record[16:16 + length], width, height)
        return record[:14] + boxes.u16(len(unit)) + unit + record[16 + length:]
    return spliced(data, (b"avcC",), change)


@hostile("h264.mp4", "H.264 whose parameters say 16384x12288", LIMIT)
def h264_large(material):
    return h264(material.plain("plain.mp4"), WIDE, HIGH)


@hostile("h264_most.mp4", "H.264 whose parameters say 65520x65520, more than libav takes",
         LIMIT + "|no_frames|decode_failed")
def h264_most(material):
    return h264(material.plain("plain.mp4"), 65520, 65520)


@hostile("h264_thin.mp4", "H.264 whose parameters say 1,048,576x16", LIMIT + "|holed 24")
def h264_thin(material):
    return h264(material.plain("plain.mp4"), 1 << 20, 16)


@hostile("hevc.mp4", "HEVC whose parameters say 16384x12288", LIMIT)
def hevc(material):
    def change(record):
        place = 8 + 23
        for _ in range(record[8 + 22]):
            kind = record[place] & 63
            length, = struct.unpack_from(">H", record, place + 3)
            if kind == 33:
                unit = bits.parameters_hevc(record[place + 5:place + 5 + length], WIDE, HIGH)
                return record[:place + 3] + boxes.u16(len(unit)) + unit + record[place + 5 + length:]
            place += 5 + length
        raise ValueError("no sequence parameter set")
    return spliced(material.plain("hevc.mp4"), (b"hvcC",), change)


@hostile("container.mp4", "a container that says 65000x65000, around H.264 of 128x64", LIMIT)
def container(material):
    data = material.plain("plain.mp4")
    path = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    return boxes.patch(data, path, 16 + 32, boxes.u16(65000, 65000))


@hostile("raw.mov", "raw pictures of 65000x65000", LIMIT)
def raw(material):
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 65000, 65000))


@hostile("raw_flat.mov", "raw pictures of 65535x1", LIMIT)
def raw_flat(material):
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 65535, 1))


@hostile("raw_none.mov", "raw pictures of 0x0", "refused no_frames|no_video_stream|not_a_video|decode_failed")
def raw_none(material):
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 0, 0))


@hostile("raw_matroska.mkv", "Matroska of raw pictures of 2^40x2^40", LIMIT + "|no_frames|not_a_video|no_video_stream")
def raw_matroska(material):
    blocks = [ebml.block(1, n * 40, bytes(768), True) for n in range(4)]
    return ebml.file(ebml.video(1 << 40, 1 << 40, ebml.RAW_CODEC, in_video=ebml.RAW_KIND), blocks)


@hostile("negative.mkv", "Matroska of raw pictures of (2^32 - 1)x(2^31)",
         LIMIT + "|no_frames|not_a_video|no_video_stream")
def negative(material):
    blocks = [ebml.block(1, n * 40, bytes(768), True) for n in range(4)]
    return ebml.file(ebml.video((1 << 32) - 1, 1 << 31, ebml.RAW_CODEC, in_video=ebml.RAW_KIND), blocks)


@hostile("vp8.webm", "VP8 whose key frames say 16383x8191", LIMIT + "|stopped limit_exceeded")
def vp8(material):
    data = material.plain("vp8.webm")
    # A key frame's start code, then 14 bits of each side (RFC 6386, 9.1).
    size = b"\x9d\x01\x2a" + struct.pack("<HH", 128, 64)
    assert size in data
    return data.replace(size, b"\x9d\x01\x2a" + struct.pack("<HH", 16383, 8191))


@hostile("vp9.webm", "VP9 whose key frames say 65536x65536", LIMIT)
def vp9(material):
    data = bytearray(material.plain("vp9.webm"))
    start = data.find(b"\x49\x83\x42")
    assert start > 0
    while start > 0:
        # Behind the sync code: the colours (4 bits of profile 0), then 16 bits of each side.
        header = bits.Bits(data[start:start + 10])
        header.take(24 + 4)
        assert header.take(16) == 127, "the width less one"
        header.place -= 16
        header.put(65535, 16), header.put(65535, 16)
        data[start:start + 10] = header.data()
        start = data.find(b"\x49\x83\x42", start + 10)
    return bytes(data)


@hostile("av1.mkv", "AV1 whose sequence says 65536x65536", LIMIT + "|no_frames|holed 24")
def av1(material):
    data = material.plain("av1.mkv")
    # Bits of the sides less one, the sides, behind 1 + ... bits that differ: the pattern is looked for.
    sides = f"{6:04b}{5:04b}{127:07b}{63:06b}"
    text = "".join(f"{byte:08b}" for byte in data)
    found = [n for n in range(len(text)) if text.startswith(sides, n)]
    assert found
    for where in found:
        # As many bits as before: the sides become as large as these hold when their count is raised.
        text = text[:where] + "1111" + "1111" + text[where + 8:]
    return int(text, 2).to_bytes(len(data), "big")


@hostile("jpeg.avi", "JPEG pictures that say 65500x65500 in an AVI file of 128x64", LIMIT + "|holed 24")
def jpeg(material):
    data = material.plain("jpeg.avi")
    size = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 64, 128)
    assert size in data
    return data.replace(size, b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 65500, 65500))


@hostile("jpeg_large.avi", "JPEG pictures that say 16384x12288 in an AVI file of 128x64", LIMIT + "|holed 24")
def jpeg_large(material):
    data = material.plain("jpeg.avi")
    return data.replace(
        b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 64, 128), b"\xff\xc0\0\x11\x08" + struct.pack(">HH", HIGH, WIDE))


@hostile("jpeg_changes.avi", "JPEG pictures each of which says another size", "read 24|holed 24")
def jpeg_changes(material):
    data = bytearray(material.plain("jpeg.avi"))
    random = material.random("jpeg_changes.avi")
    mark = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 64, 128)
    start = data.find(mark)
    while start > 0:
        struct.pack_into(">HH", data, start + 5, random.randrange(1, 900), random.randrange(1, 1600))
        start = data.find(mark, start + 9)
    return bytes(data)


@hostile("mpeg2.ts", "MPEG-2 that says 16383x16383", LIMIT + "|no_frames|decode_failed")
def mpeg2(material):
    data = material.plain("mpeg2.ts")
    size = b"\0\0\1\xb3" + (128 << 12 | 64).to_bytes(3, "big")
    assert size in data
    data = data.replace(size, b"\0\0\1\xb3" + (4095 << 12 | 4095).to_bytes(3, "big"))
    # Two more bits of each side are in the sequence's extension (ITU-T H.262, 6.2.2.3), 15 bits behind its start.
    parts = data.split(b"\0\0\1\xb5\x14")
    for number, part in enumerate(parts[1:], 1):
        extension = bits.Bits(part[:3])
        extension.take(7)
        extension.put(3, 2), extension.put(3, 2)
        parts[number] = extension.data() + part[3:]
    return b"\0\0\1\xb5\x14".join(parts)


@hostile("prores.mov", "ProRes whose frames say 65535x65535", LIMIT + "|holed 24")
def prores(material):
    data = material.plain("prores.mov")
    size = struct.pack(">HH", 128, 64)
    parts = data.split(b"icpf")
    for number, part in enumerate(parts[1:], 1):
        if part[8:12] == size:
            parts[number] = part[:8] + struct.pack(">HH", 65535, 65535) + part[12:]
    return b"icpf".join(parts)


@hostile("theora.ogg", "Theora that says 1,048,560x1,048,560", LIMIT + "|no_frames|decode_failed|not_a_video")
def theora(material):
    data = bytearray(material.plain("theora.ogg"))
    start = data.index(b"\x80theora")
    # Sides in pictures of 16 pixels, then 24 bits of the part that is shown (Theora specification, 6.2).
    data[start + 10:start + 14] = boxes.u16(65535, 65535)
    data[start + 14:start + 20] = (1048560).to_bytes(3, "big") * 2
    page = data.rindex(b"OggS", 0, start)
    length = 27 + data[page + 26] + sum(data[page + 27:page + 27 + data[page + 26]])
    struct.pack_into("<I", data, page + 22, bits.ogg_checksum(bytes(data[page:page + length])))
    return bytes(data)


@hostile("ffv1.mkv", "FFV1 in Matroska that says 30000x30000", LIMIT)
def ffv1(material):
    data = material.plain("ffv1.mkv")
    where = data.index(b"\xb0\x81\x80\xba\x81\x40")
    # The two elements become as long as two and a void one: 0xB0 82, 0xBA 82 take two bytes more.
    changed = b"\xb0\x82\x75\x30" + b"\xba\x82\x75\x30"
    return ebml_grown(data, where, 6, changed)


def ebml_grown(data, where, length, new):
    """A Matroska file with a longer part in the place of another: of the elements around it that are known to be there
    (video, track, tracks, segment) the lengths are raised."""
    growth = len(new) - length
    result = bytearray(data)
    for kind in (b"\xe0", b"\xae", b"\x16\x54\xae\x6b", b"\x18\x53\x80\x67"):
        start = data.rindex(kind, 0, where) + len(kind)
        width = 9 - data[start].bit_length()
        value = int.from_bytes(data[start:start + width], "big") & (1 << 7 * width) - 1
        assert start + width + value > where, "the element is around it"
        result[start:start + width] = (1 << 7 * width | value + growth).to_bytes(width, "big")
    return bytes(result[:where]) + new + bytes(result[where + length:])
