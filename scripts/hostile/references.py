"""Files that name other files or hosts: playlists, scripts, references of containers. Nothing of it may be followed."""
import struct

import boxes
from registry import OUTSIDE, PORT, hostile

REFUSED = "refused refused_container"
HOST = f"http://127.0.0.1:{PORT}"


def text(name, tries, outcome=REFUSED):
    """Keeps a text; OUTSIDE, RELATIVE and HOST in it become the file that must not be opened, and a host."""
    def keep(words):
        hostile(name, tries, outcome)(
            lambda material: words.replace("OUTSIDE", material.outside).replace("RELATIVE", OUTSIDE)
            .replace("HOST", HOST).encode())
    return keep


HLS = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n"
text("playlist.mp4", "an HLS playlist called mp4 that names a file by its whole path")(
    HLS + "#EXTINF:5,\nOUTSIDE\n#EXT-X-ENDLIST\n")
text("playlist.mkv", "an HLS playlist called mkv that names a file beside it")(
    HLS + "#EXTINF:5,\nRELATIVE\n#EXT-X-ENDLIST\n")
text("playlist_host.mp4", "an HLS playlist with a key and segments on a host")(
    HLS + '#EXT-X-KEY:METHOD=AES-128,URI="HOST/key"\n#EXTINF:5,\nHOST/a.ts\n#EXT-X-ENDLIST\n')
text("playlist_data.mp4", "an HLS playlist with segments in data: addresses")(
    HLS + '#EXT-X-MAP:URI="data:video/mp4;base64,AAAAIGZ0eXA="\n#EXTINF:5,\ndata:video/mp2t;base64,RwAA\n')
text("playlist_gopher.avi", "an HLS playlist that joins protocols: concat, subfile, crypto")(
    HLS + "#EXTINF:5,\nconcat:HOST/x|subfile,,start,0,end,64,,:OUTSIDE\n#EXTINF:5,\ncrypto:OUTSIDE\n")
text("playlist_master.webm", "an HLS playlist of playlists, itself among them")(
    HLS + "#EXT-X-STREAM-INF:BANDWIDTH=1\nplaylist_master.webm\n#EXT-X-STREAM-INF:BANDWIDTH=2\nHOST/x.m3u8\n")
text("concat.mp4", "a concat script called mp4")("ffconcat version 1.0\nfile 'OUTSIDE'\nduration 5\n")
text("concat_options.mkv", "a concat script with options for what it opens, and without quotes")(
    "ffconcat version 1.0\noption protocol_whitelist file,http,tcp\nfile RELATIVE\nfile HOST/x.mp4\n")
text("dash.mp4", "a DASH manifest that names a file and a host", REFUSED + "|not_a_video")(
    '<?xml version="1.0"?>\n<!DOCTYPE MPD [<!ENTITY x SYSTEM "file://OUTSIDE">]>\n'
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S">'
    '<BaseURL>HOST/</BaseURL><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>file://OUTSIDE</BaseURL><SegmentBase/></Representation></AdaptationSet></Period></MPD>\n")
text("session.mp4", "a session description, which opens ports")(
    f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {PORT} RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n")
text("subtitles.mkv", "VobSub's index, whose pictures are in a file beside it")(
    "# VobSub index file, v7\nsize: 720x576\nid: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n")
text("drawing.mp4", "an SVG drawing that shows other files")(
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
    'width="64" height="64"><image x:href="file://OUTSIDE" width="64" height="64"/><image x:href="HOST/x.png" '
    'width="64" height="64"/></svg>\n')
text("metadata.mp4", "ffmpeg's own text of metadata")(";FFMETADATA1\ntitle=x\n")
text("redirect.mp4", "the text by which an ASF server sends its reader elsewhere", "refused not_a_video|refused_container")(
    "[Reference]\nRef1=HOST/a.asf?MSWMExt=.asf\nRef2=file://OUTSIDE\n")
text("graph.mkv", "a graph of filters that reads a file", "refused not_a_video")("movie=OUTSIDE[out0]\n")
text("entry.mp4", "a desktop's link to a host", "refused not_a_video|refused_container")("[InternetShortcut]\nURL=HOST/x.mp4\n")
text("late.mp4", "a playlist that begins behind more white space than is looked at", "refused not_a_video")(
    " " * 4096 + "\n" + HLS + "#EXTINF:5,\nOUTSIDE\n")


@hostile("playlist_id3.mp4", "an HLS playlist behind an ID3 tag, which is passed over before content is told", REFUSED)
def playlist_id3(material):
    return b"ID3\4\0\0\0\0\1\0" + bytes(128) + (HLS + f"#EXTINF:5,\n{material.outside}\n").encode()


@hostile("both.mp4", "an mp4 file with a playlist in a box that is passed over", "read 24")
def both(material):
    data = material.plain("plain.mp4")
    return data + boxes.box(b"free", (HLS + f"#EXTINF:5,\n{material.outside}\n").encode())


def alias(path):
    """An alias record that names a file by all parts of a path (QuickTime File Format, data references)."""
    name = path.encode() + bytes(len(path) % 2)
    record = bytes(10 + 1 + 27 + 12 + 1 + 63 + 16) + boxes.u16(1, path.count("/")) + bytes(16)
    record += boxes.u16(2, len(name)) + name + boxes.u16(0xFFFF, 0)
    return boxes.full(b"alis", 0, 0, record)


def elsewhere(material, reference):
    """An index as that of the file outside, whose pictures are said to be elsewhere."""
    data = (material.folder / OUTSIDE).read_bytes()
    movie = data[boxes.find(data, b"moov"):]
    movie = movie[:boxes.size(movie, 0)]
    references = boxes.full(b"dref", 0, 0, boxes.u32(1), reference)
    path = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
    return boxes.FTYP + boxes.replace(movie, path, references)


@hostile("alias.mov", "a QuickTime file whose pictures an alias says to be in another file", "refused no_frames")
def alias_file(material):
    return elsewhere(material, alias("/" + OUTSIDE))


@hostile("alias_up.mov", "the same with a path that leads upwards", "refused no_frames")
def alias_up(material):
    return elsewhere(material, alias("/../../../../../.." + material.outside))


@hostile("address.mov", "a QuickTime file whose pictures are said to be on a host", "refused no_frames|holed 250")
def address(material):
    return elsewhere(material, boxes.full(b"url ", 0, 0, f"{HOST}/x.mov".encode() + b"\0"))


@hostile("reference.mov", "a QuickTime reference movie: no tracks, only other files",
         "refused no_video_stream|not_a_video")
def reference(material):
    entries = [boxes.box(b"rmda", boxes.full(b"rdrf", 0, 0, kind, boxes.u32(len(path) + 1), path + b"\0"))
               for kind, path in ((b"url ", material.outside.encode()), (b"url ", HOST.encode()))]
    return boxes.FTYP + boxes.box(b"moov", boxes.movie_header(), boxes.box(b"rmra", *entries))


@hostile("script.asf", "an ASF file with commands that send a player to a host", "read 24")
def script(material):
    data = material.plain("wmv.asf")
    kind = "URL".encode("utf-16-le")
    target = f"{HOST}/x".encode("utf-16-le")
    commands = bytes(16) + struct.pack("<HH", 1, 1) + struct.pack("<H", 3) + kind
    commands += struct.pack("<IHH", 0, 0, len(target) // 2) + target
    identity = bytes.fromhex("301afb1e620bd011a39b00a0c90348f6")
    command = identity + struct.pack("<Q", 24 + len(commands)) + commands
    length, count = struct.unpack_from("<QI", data, 16)
    head = data[:16] + struct.pack("<QI", length + len(command), count + 1) + data[28:length]
    return head + command + data[length:]
