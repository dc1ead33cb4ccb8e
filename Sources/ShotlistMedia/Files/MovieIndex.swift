import Foundation
import ShotlistCore

/// What the index of an mp4 or QuickTime file (ISO/IEC 14496-12; QuickTime File Format) would take of memory, reckoned
/// from its boxes before libav reads them: three numbers in a file of a kilobyte make an index of gigabytes, and so
/// does a list of edits that shows the same frames again and again.
///
/// It follows the boxes that libav follows. It is the first check and gives the reason; what a process may take of
/// memory is the last.
struct MovieIndex {
    /// What a frame takes: an entry of the index and one of its times, twice while an edit list is worked in.
    private static let bytesOfSample = 32.0
    private static let bytesOfChapter = 256.0
    private static let bytesOfBox = 64.0
    /// libav follows no boxes that lie deeper.
    private static let deepest = 12
    private static let containers: Set<String> = [
        "mdia", "minf", "stbl", "edts", "moof", "traf", "mvex", "udta", "tref", "dinf", "wave", "sinf", "schi",
    ]

    private let descriptor: Int32
    private let path: String
    private let limits: MediaLimits
    private var cost = 0.0
    private var track = Track()

    /// What is known of the track that is being read.
    private struct Track {
        var samples = 0
        var edits = 0
        var chunks = 0
        var handlers: Set<String> = []
        /// Whether each sample lasts one unit, as of sound without compression.
        var isEven = false
        /// Where the list of chunks' samples lies.
        var perChunk = 0..<0
    }

    /// Reads the boxes of the file at `path`.
    ///
    /// - Throws: ``ShotlistError``: `limit_exceeded`; `refused_container` for a compressed header, which hides how
    ///   large it is; `unreadable`.
    static func check(_ path: String, limits: MediaLimits) throws(ShotlistError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ShotlistError(
                .unreadable, "The file \(path) cannot be read: \(String(cString: strerror(errno))).",
                remedy: "Check the path and its permissions.")
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return }
        var index = MovieIndex(descriptor: descriptor, path: path, limits: limits)
        try index.walk(0..<Int(info.st_size), depth: 0)
    }

    private init(descriptor: Int32, path: String, limits: MediaLimits) {
        self.descriptor = descriptor
        self.path = path
        self.limits = limits
    }

    /// Reads the boxes that lie in a part of the file.
    private mutating func walk(_ range: Range<Int>, depth: Int) throws(ShotlistError) {
        guard depth <= Self.deepest else { return }
        var place = range.lowerBound
        while place + 8 <= range.upperBound {
            let head = bytes(at: place, count: 16)
            guard head.count >= 8 else { return }
            try add(Self.bytesOfBox)
            var (size, start) = (number(head, 0, bytes: 4), 8)
            if size == 1, head.count == 16 { (size, start) = (number(head, 8, bytes: 8), 16) }
            let room = range.upperBound - place
            if size == 0 { size = room }
            guard size >= start, start <= room else { return }
            let end = place + min(size, room)
            try read(String(decoding: head[4..<8], as: UTF8.self), place + start..<end, depth: depth)
            place = end
        }
    }

    private mutating func read(_ kind: String, _ content: Range<Int>, depth: Int) throws(ShotlistError) {
        switch kind {
        case "moov": try readMovie(content, depth: depth)
        case "free", "hoov":
            // libav takes a movie's box for one under these names, too.
            let inner = String(decoding: bytes(at: content.lowerBound + 4, count: 4), as: UTF8.self)
            if inner == "mvhd" || inner == "cmov" { try readMovie(content, depth: depth) }
        case "cmov":
            throw ShotlistError(
                .refusedContainer,
                "The file \(path) is refused: its header is compressed, which hides how large it becomes.",
                remedy: "Copy it into a new container: ffmpeg -i IN -c copy OUT.mp4.")
        case "trak":
            let outer = track
            track = Track()
            try walk(content, depth: depth + 1)
            try add(costOfTrack())
            track = outer
        case "trun": try add(Double(field(content, 4)) * Self.bytesOfSample)
        default:
            if Self.containers.contains(kind) { return try walk(content, depth: depth + 1) }
            note(kind, content)
        }
    }

    private mutating func readMovie(_ content: Range<Int>, depth: Int) throws(ShotlistError) {
        // Its tables are kept in memory as they are.
        guard content.count <= limits.indexBytes else { throw tooLarge(Double(content.count)) }
        try walk(content, depth: depth + 1)
    }

    /// Keeps what a box tells of its track.
    private mutating func note(_ kind: String, _ content: Range<Int>) {
        switch kind {
        // Frames of one size are only counted; of all else no more are there than the box has room for.
        case "stsz":
            let each = field(content, 4)
            track.samples = max(track.samples, each > 0 ? field(content, 8) : min(field(content, 8), content.count / 4))
        case "stz2": track.samples = max(track.samples, min(field(content, 8), content.count * 2))
        case "stco", "co64": track.chunks = max(track.chunks, min(field(content, 4), content.count / 4))
        case "elst": track.edits = max(track.edits, min(field(content, 4), content.count / 12))
        case "stts": track.isEven = field(content, 4) == 1 && field(content, 12) == 1
        case "stsc": track.perChunk = min(content.lowerBound + 8, content.upperBound)..<content.upperBound
        case "hdlr":
            track.handlers.insert(String(decoding: bytes(at: content.lowerBound + 8, count: 4), as: UTF8.self))
        default: break
        }
    }

    /// The bytes that the track's index takes.
    private func costOfTrack() -> Double {
        // QuickTime files have a second handler, of data.
        let kinds = track.handlers.intersection(["vide", "soun"])
        // Sound without compression is read by the chunk, 1024 samples at a time.
        if kinds == ["soun"], track.isEven {
            return Double(track.chunks) * Double(mostPerChunk() / 1024 + 1) * Self.bytesOfSample
        }
        let isShown = !kinds.isEmpty
        let each = Self.bytesOfSample * Double(1 + max(1, track.edits)) + (isShown ? 0 : Self.bytesOfChapter)
        return Double(track.samples) * each
    }

    private func mostPerChunk() -> Int {
        var most = 0
        var place = track.perChunk.lowerBound
        while place + 12 <= track.perChunk.upperBound {
            let entries = bytes(at: place, count: min(12 * 4096, (track.perChunk.upperBound - place) / 12 * 12))
            guard entries.count >= 12 else { break }
            for entry in stride(from: 0, through: entries.count - 12, by: 12) {
                most = max(most, number(entries, entry + 4, bytes: 4))
            }
            place += entries.count / 12 * 12
        }
        return most
    }

    private mutating func add(_ bytes: Double) throws(ShotlistError) {
        cost += bytes
        if cost > Double(limits.indexBytes) { throw tooLarge(cost) }
    }

    private func tooLarge(_ bytes: Double) -> ShotlistError {
        MediaLimits.exceeded(
            .indexBytes, path,
            "its index takes \(String(format: "%.0f", bytes)) bytes of memory or more, and at most "
                + "\(limits.indexBytes) are allowed")
    }

    /// The number of four bytes at an offset of a box's content; 0 where there is none.
    private func field(_ content: Range<Int>, _ offset: Int) -> Int {
        guard offset + 4 <= content.count else { return 0 }
        let field = bytes(at: content.lowerBound + offset, count: 4)
        return field.count == 4 ? number(field, 0, bytes: 4) : 0
    }

    private func number(_ data: [UInt8], _ offset: Int, bytes: Int) -> Int {
        Int(clamping: data[offset..<offset + bytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// Bytes of the file, fewer at its end.
    private func bytes(at place: Int, count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(place)))
        }
    }
}
