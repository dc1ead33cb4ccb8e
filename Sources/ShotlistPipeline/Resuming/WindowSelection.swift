import Foundation
import ShotlistCore

/// Windows by their names, `<clip uuid>/<first frame>_<last frame>`, such as those that a run is to ask about alone.
public struct WindowSelection: Sendable, Hashable {
    /// The frames of windows, counted from their clip's first, by clip.
    public let windows: [UUID: Set<FrameRange>]

    /// The most bytes of a file of names: some 1.5 million of them.
    public static let mostBytes = 64 << 20

    /// Reads names.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for the first that is none, and when there is no name at all.
    public init(_ names: some Sequence<String>) throws(ShotlistError) {
        var windows: [UUID: Set<FrameRange>] = [:]
        for name in names {
            guard let (clip, range) = Self.window(name[...]) else { throw Self.unreadable(name[...], "") }
            windows[clip, default: []].insert(range)
        }
        guard !windows.isEmpty else { throw Self.empty("The selection") }
        self.windows = windows
    }

    /// Reads a file with a name on each line; empty lines are passed over.
    ///
    /// - Throws: ``ShotlistError``: `unreadable`; `invalid_argument` for the first line that is no name, and without any.
    public init(file path: String) throws(ShotlistError) {
        let text = try Self.text(of: path)
        var windows: [UUID: Set<FrameRange>] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let name = line.drop(while: \.isWhitespace)
            guard !name.isEmpty else { continue }
            guard let (clip, range) = Self.window(name) else {
                throw Self.unreadable(name, "Line \(index + 1) of '\(path)': ")
            }
            windows[clip, default: []].insert(range)
        }
        guard !windows.isEmpty else { throw Self.empty("'\(path)'") }
        self.windows = windows
    }

    /// The name of a window.
    static func name(_ clip: UUID, _ range: FrameRange) -> String { Window(clipID: clip, range: range).id }

    private static func window(_ name: Substring) -> (UUID, FrameRange)? {
        var name = name
        while name.last?.isWhitespace == true { name.removeLast() }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, let clip = UUID(uuidString: String(parts[0])) else {
            return nil
        }
        let frames = parts[1].split(separator: "_", omittingEmptySubsequences: false)
        guard frames.count == 2, let start = frame(frames[0]), let end = frame(frames[1]), start <= end else {
            return nil
        }
        return (clip, FrameRange(start: start, end: end))
    }

    private static func frame(_ digits: Substring) -> Int? {
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(digits), number < 1 << 53
        else { return nil }
        return number
    }

    private static func text(of path: String) throws(ShotlistError) -> String {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: mostBytes + 1) ?? Data()
        } catch {
            throw ShotlistError(
                .unreadable, "The windows in '\(path.printable)' cannot be read.",
                remedy: "Check that the file is there and may be read.")
        }
        guard data.count <= mostBytes else {
            throw ShotlistError(
                .invalidArgument, "'\(path.printable)' is larger than \(mostBytes >> 20) MB.",
                remedy: "Give fewer windows at once.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private static func unreadable(_ name: Substring, _ place: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "\(place.printable)'\(String(name.prefix(100)).printable)' is no window.",
            remedy: "Write `<clip uuid>/<first frame>_<last frame>`, as `shotlist review` names it.")
    }

    private static func empty(_ what: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "\(what.printable) names no window.",
            remedy: "Write one on each line, as `<clip uuid>/<first frame>_<last frame>`.")
    }
}
