"""More of something than anybody needs: streams, chapters, frames, packets without frames."""
import struct

import bits
import boxes
import ebml
from boxes import FIRST, RAW, RAW_SIZE, box, full, movie, tables, track, u32
from registry import hostile

LIMIT = "refused limit_exceeded"


@hostile("streams.mov", "1,000,000 tracks, none of which holds anything", LIMIT)
def streams(material):
    return movie(RAW, track(tables(4, RAW_SIZE, FIRST)), box(b"trak") * 1_000_000)


@hostile("streams.mkv", "1,000,000 tracks in Matroska", LIMIT)
def streams_mkv(material):
    tracks = [ebml.video(16, 16, ebml.RAW_CODEC, in_video=ebml.RAW_KIND)]
    # One-byte lengths: a number, a kind and a codec's name.
    tracks += [b"\xae\x8d\xd7\x83" + n.to_bytes(3, "big") + b"\x83\x81\x11\x86\x83S_X" for n in range(2, 1_000_001)]
    blocks = [ebml.block(1, n * 40, bytes(768), True) for n in range(4)]
    return ebml.file(b"".join(tracks), blocks)


def section(kind, number, content):
    """A table of a transport stream, with its checksum (ISO/IEC 13818-1, 2.4.4)."""
    body = struct.pack(">H", number) + b"\xc1\0\0" + content
    table = bytes([kind]) + (0xB000 | len(body) + 4).to_bytes(2, "big") + body
    check = 0xFFFFFFFF
    for byte in table:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check & 0x80000000 else 0)) & 0xFFFFFFFF
    return table + struct.pack(">I", check)


def sent(identity, table):
    """The packets of a table."""
    data = b"\0" + table
    packets = []
    for number in range(0, len(data), 184):
        start = 0x4000 if number == 0 else 0
        part = data[number:number + 184]
        head = struct.pack(">BHB", 0x47, start | identity, 0x10 | number // 184 & 15)
        packets.append(head + part + b"\xff" * (184 - len(part)))
    return b"".join(packets)


@hostile("streams.ts", "a transport stream of 40 programs with 200 streams each", LIMIT)
def streams_ts(material):
    programs = 40
    parts = [sent(0, section(0, 1, b"".join(struct.pack(">HH", n + 1, 0xE000 | 0x20 + n) for n in range(programs))))]
    identity = 0x100
    for program in range(programs):
        entries = []
        for _ in range(200):
            entries.append(struct.pack(">BHH", 0x1B, 0xE000 | identity, 0xF000))
            identity += 1
        content = struct.pack(">HH", 0xE100, 0xF000) + b"".join(entries)
        parts.append(sent(0x20 + program, section(2, program + 1, content)))
    return b"".join(parts) * 4 + material.plain("plain.ts")


@hostile("streams.avi", "an AVI file that says it has 60,000 streams", LIMIT)
def streams_avi(material):
    data = material.plain("jpeg.avi")
    where = data.index(b"LIST", data.index(b"avih"))
    size, = struct.unpack_from("<I", data, where + 4)
    stream = data[where:where + 8 + size]
    header = data.index(b"LIST")
    length, = struct.unpack_from("<I", data, header + 4)
    more = stream * 2000
    result = data[:header + 4] + struct.pack("<I", length + len(more)) + data[header + 8:where + 8 + size] + more
    result += data[where + 8 + size:]
    return result[:4] + struct.pack("<I", len(result) - 8) + result[8:]


@hostile("streams.ogg", "an Ogg file with 5000 streams that only begin", LIMIT)
def streams_ogg(material):
    data = material.plain("theora.ogg")
    first = 27 + data[26] + sum(data[27:27 + data[26]])
    pages = []
    for number in range(5000):
        page = bytearray(data[:first])
        struct.pack_into("<I", page, 14, 1_000_000 + number)
        struct.pack_into("<I", page, 22, bits.ogg_checksum(bytes(page)))
        pages.append(bytes(page))
    return b"".join(pages) + data


@hostile("covers.mp4", "an mp4 file with 3000 pictures of its cover", LIMIT)
def covers(material):
    cover = box(b"covr", box(b"data", u32(13, 0), b"\xff\xd8\xff\xe0" + bytes(20)))
    items = full(b"meta", 0, 0, full(b"hdlr", 0, 0, u32(0), b"mdirappl", bytes(9)), box(b"ilst", cover * 3000))
    return boxes.append(material.plain("plain.mp4"), (b"moov",), box(b"udta", items))


@hostile("cover_only.mp4", "an mp4 file whose only picture is its cover", "refused no_video_stream|not_a_video")
def cover_only(material):
    cover = box(b"covr", box(b"data", u32(13, 0), b"\xff\xd8\xff\xe0" + bytes(20)))
    items = full(b"meta", 0, 0, full(b"hdlr", 0, 0, u32(0), b"mdirappl", bytes(9)), box(b"ilst", cover))
    return boxes.FTYP + box(b"moov", boxes.movie_header(), box(b"udta", items))


@hostile("attachments.mkv", "Matroska with 3000 fonts whose names lead upwards", LIMIT)
def attachments(material):
    def font(number):
        return ebml.element(0x61A7, ebml.text(0x466E, f"../../../tmp/{number}.ttf") + ebml.text(
            0x4660, "font/ttf") + ebml.element(0x465C, b"x") + ebml.number(0x46AE, number + 1))
    return ebml.raw(around=ebml.element(0x1941A469, b"".join(map(font, range(3000)))))


@hostile("chapters.mp4", "a list of 200,000 chapters of Nero's kind", "read 24")
def chapters(material):
    entries = b"".join(struct.pack(">QB", number, 1) + b"x" for number in range(255)) * 784
    content = full(b"chpl", 1, 0, u32(0), bytes([255]), entries)
    return boxes.append(material.plain("plain.mp4"), (b"moov",), box(b"udta", content))


@hostile("chapters_track.mov", "a track of 1,000,000 chapters, each an empty text", LIMIT + "|read 4")
def chapters_track(material):
    text = full(b"stsd", 0, 0, u32(1), box(b"text", bytes(6), b"\0\1", bytes(43)))
    many = tables(1_000_000, 2, FIRST, stsd=text)
    main = track(tables(4, RAW_SIZE, FIRST), more=box(b"tref", box(b"chap", u32(2))))
    second = boxes.patch(track(many, kind=b"text", duration=1_000_000), (b"trak", b"tkhd"), 20, u32(2))
    return movie(RAW, main, second)


@hostile("empty.mov", "1,000,000 frames without a byte, and no other", "refused no_frames|not_a_video")
def empty(material):
    return movie(RAW, track(tables(1_000_000, 0, FIRST, stsz=full(b"stsz", 0, 0, u32(0, 1_000_000), bytes(4_000_000)))))


@hostile("overlapping.mov", "100,000 frames that are all the same 768 bytes", "read 100000")
def overlapping(material):
    count = 100_000
    places = full(b"stco", 0, 0, u32(count), u32(FIRST) * count)
    return movie(RAW, track(tables(
        count, RAW_SIZE, FIRST, stco=places, stsc=full(b"stsc", 0, 0, u32(1, 1, 1, 1))), duration=count))


@hostile("laced.mkv", "Matroska whose blocks hold 256 frames of no byte each", "refused no_frames|not_a_video")
def laced(material):
    blocks = [
        ebml.element(0xA3, b"\x81" + struct.pack(">hB", n, 0x82) + b"\xff" + bytes(255)) for n in range(2000)]
    return ebml.file(ebml.video(16, 16, ebml.RAW_CODEC, in_video=ebml.RAW_KIND), blocks)


@hostile("descriptions.mov", "1,000,000 descriptions of one track's samples, of which one is there",
         "read 4|refused not_a_video")
def descriptions(material):
    described = boxes.description()
    return boxes.raw_movie(stsd=described[:12] + u32(1_000_000) + described[16:])


@hostile("promises.mov", "tables that promise 2^32 - 1 entries and hold one",
         "read 4|refused not_a_video|refused limit_exceeded")
def promises(material):
    most = 0xFFFFFFFF
    return boxes.raw_movie(
        stts=full(b"stts", 0, 0, u32(most, 4, 1)), stsc=full(b"stsc", 0, 0, u32(most, 1, 4, 1)),
        stco=full(b"stco", 0, 0, u32(most, FIRST)))
