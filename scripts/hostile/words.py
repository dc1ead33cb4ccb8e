"""Words that would be more than words to a terminal, a shell, a browser or a path; and properties no picture has."""
import boxes
import ebml
from boxes import box, full, u16, u32
from registry import hostile

NASTY = (
    "<script>alert(1)</script>", "$(touch pwned)`touch pwned`; touch pwned", "../../../../tmp/pwned",
    "\x1b]0;pwned\x07\x1b[2J\x1b[31mred", "a\nerror: all is lost\r\nb", "nul\0nul", "\u202egpj.exe", "\x9b2J",
    "{\"a\": 1}\\", "%s%n%n%n", "x" * 100_000)


def tags(words):
    """iTunes' metadata, the same words under several names."""
    def item(kind, text):
        return box(kind, box(b"data", u32(1, 0), text))
    items = [item(kind, text) for text in words for kind in (b"\xa9nam", b"\xa9cmt", b"\xa9ART", b"desc", b"----")]
    return box(b"udta", full(b"meta", 0, 0, full(b"hdlr", 0, 0, u32(0), b"mdirappl", bytes(9)), box(
        b"ilst", *items)))


@hostile("words.mp4", "titles with HTML, shell, paths, escape codes, line ends, NULs", "read 24")
def words(material):
    return boxes.append(material.plain("plain.mp4"), (b"moov",), tags([word.encode() for word in NASTY]))


@hostile("words_bytes.mp4", "titles that are no UTF-8", "read 24")
def words_bytes(material):
    random = material.random("words_bytes.mp4")
    return boxes.append(
        material.plain("plain.mp4"), (b"moov",),
        tags([random.randbytes(200) for _ in range(20)] + [b"\xff\xfe\xc0\x80"]))


@hostile("words.mkv", "the same words in Matroska: title, application, tags, chapters, a track's name, an attachment",
         "read 4")
def words_mkv(material):
    tag = b"".join(ebml.element(0x67C8, ebml.text(0x45A3, word[:50]) + ebml.text(0x4487, word)) for word in NASTY)
    chapter = b"".join(ebml.element(0xB6, ebml.number(0x73C4, n + 1) + ebml.number(0x91, n) + ebml.element(
        0x80, ebml.text(0x85, word))) for n, word in enumerate(NASTY))
    files = b"".join(ebml.element(0x61A7, ebml.text(0x466E, word) + ebml.text(0x4660, word[:40]) + ebml.element(
        0x465C, b"x") + ebml.number(0x46AE, n + 1)) for n, word in enumerate(NASTY))
    around = ebml.element(0x1254C367, ebml.element(0x7373, tag)) + ebml.element(
        0x1043A770, ebml.element(0x45B9, chapter)) + ebml.element(0x1941A469, files)
    return ebml.raw(more=ebml.text(0x536E, NASTY[3]) + ebml.text(0x22B59C, NASTY[4]), around=around)


@hostile("codec.mov", "a codec whose four letters are escape codes",
         "stopped decode_failed|refused no_frames|refused not_a_video|refused decode_failed")
def codec(material):
    return boxes.raw_movie(stsd=boxes.description(b"\x1b[2J", 16, 16))


@hostile("codec.mkv", "a codec whose name is HTML and escape codes",
         "stopped decode_failed|refused no_frames|refused not_a_video|refused decode_failed")
def codec_mkv(material):
    blocks = [ebml.block(1, n * 40, bytes(768), True) for n in range(4)]
    return ebml.file(ebml.video(16, 16, "V_<b>\x1b[2J\n"), blocks)


@hostile("brand.mp4", "a file type of escape codes, and a handler of them", "read 24")
def brand(material):
    data = boxes.patch(material.plain("plain.mp4"), (b"ftyp",), 8, b"\x1b[2J\x1b[1m\x1b]0;")
    handler = full(b"hdlr", 0, 0, u32(0), b"vide", bytes(12), NASTY[3].encode() + b"\0")
    return boxes.replace(data, (b"moov", b"trak", b"mdia", b"hdlr"), handler)


for number, (matrix, tries) in enumerate((
        ((0,) * 9, "a matrix of zeros"),
        ((0x80000000,) * 9, "a matrix of the most negative numbers"),
        ((0x7FFFFFFF, 0x80000000, 1, 0x80000000, 0x7FFFFFFF, 1, 0x80000000, 0x80000000, 0x80000000),
         "a matrix of extremes"),
        ((0x10000, 0x10000, 0, 0x10000, 0x10000, 0, 0, 0, 0x40000000), "a matrix that turns by no angle"))):
    hostile(f"matrix_{number}.mov", f"pictures turned by {tries}", "read 4")(
        lambda material, matrix=matrix: boxes.raw_movie(matrix=matrix))


@hostile("ratio.mov", "pixels 2^32 - 1 times as wide as high, and colours that no standard has", "read 4")
def ratio(material):
    more = box(b"pasp", u32(0xFFFFFFFF, 1)) + box(b"colr", b"nclx", u16(65535, 65535, 65535), b"\xff")
    more += box(b"fiel", b"\xff\xff") + box(b"clap", u32(*[0xFFFFFFFF] * 8))
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 16, 16, more))


@hostile("light.mov", "raw pictures of 16x16 that say they have a high dynamic range",
         "read 4|holed 4|stopped decode_failed")
def light(material):
    more = box(b"colr", b"nclx", u16(9, 16, 9), b"\0")
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 16, 16, more))


@hostile("flat.mov", "raw pictures of 256x1 pixels", "read 4")
def flat(material):
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 256, 1))


@hostile("column.mov", "raw pictures of 1x256 pixels", "read 4")
def column(material):
    return boxes.raw_movie(stsd=boxes.description(b"raw ", 1, 256))


@hostile("sphere.mkv", "Matroska with a projection and stereo kinds that are none", "read 4")
def sphere(material):
    projection = ebml.element(0x7670, ebml.number(0x7671, 255) + ebml.element(0x7672, bytes(40)) + b"".join(
        ebml.real(kind, float("nan")) for kind in (0x7673, 0x7674, 0x7675)))
    return ebml.raw(in_video=projection + ebml.number(0x53B8, 255) + ebml.number(0x53C0, 255))
