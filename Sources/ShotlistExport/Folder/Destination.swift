import Foundation
import ShotlistCore

/// A folder that an export is to become.
struct Destination: Sendable {
    /// Its whole path.
    let path: String

    /// Where the export is until all of it is there.
    var part: String { path + ".part" }
    /// The folder that it is in.
    var parent: String { (path as NSString).deletingLastPathComponent }

    /// Takes a path at which there is nothing, or an empty folder.
    ///
    /// - Throws: ``ShotlistError`` (`export_refused`).
    init(_ path: String) throws(ShotlistError) {
        let url = URL(filePath: path).standardizedFileURL
        var whole = url.path(percentEncoded: false)
        while whole.count > 1, whole.hasSuffix("/") { whole.removeLast() }
        guard !path.isEmpty, whole != "/" else {
            throw Trouble.refused("'\(path)' is no folder to export to.", "Give --to the name of a new folder.")
        }
        // A link to an empty folder stays one.
        if let real = realpath(whole, nil) {
            whole = String(cString: real)
            free(real)
        }
        self.path = whole
        try checkIsFree()
    }

    /// Throws where the folder would be taken for a part of something else.
    ///
    /// - Parameters:
    ///   - output: the output that is exported; nil where it is not known.
    ///   - windows: its windows, whose videos are in the inputs.
    func check(output: String?, windows: [ExportWindow]) throws(ShotlistError) {
        let real = Self.real(path)
        if let output, Self.isIn(real, Self.real(output)) {
            throw Trouble.refused(
                "'\(path)' is in the output '\(output)', whose folders are its own.", "Give --to a folder beside it.")
        }
        for input in Self.inputs(of: windows) where Self.isIn(real, Self.real(input)) {
            throw Trouble.refused(
                "'\(path)' is in the input '\(input)': the next run would take its clips for videos.",
                "Give --to a folder elsewhere.")
        }
    }

    /// Throws where files of a folder cannot have second names here, as both are on file systems of their own.
    func checkLinks(to folder: String) throws(ShotlistError) {
        guard let from = Self.device(Self.nearest(folder)), let to = Self.device(Self.nearest(parent)), from != to
        else {
            return
        }
        throw Trouble.refused(
            "'\(path)' is on another file system than '\(folder)', so that clips cannot have second names there.",
            "Give --clips copy or --clips symlink.")
    }

    private func checkIsFree() throws(ShotlistError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Trouble.refused("'\(path)' is there already, and is no folder.", "Give --to another name.")
        }
        guard Self.device(parent) == UInt64(status.st_dev) else {
            throw Trouble.refused(
                "'\(path)' is a file system of its own, and an export gets its name all at once, which it cannot there.",
                "Give --to a new folder in it.")
        }
        let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        guard let names, names.isEmpty else {
            throw Trouble.refused(
                "The folder '\(path)' is not empty, and an export goes into a folder of its own.",
                "Give --to another name, or remove what is there.")
        }
    }

    /// The input folders of windows' videos, as far as these are on this machine: what is before the path below the input.
    private static func inputs(of windows: [ExportWindow]) -> [String] {
        var (looked, found) = (Set<String>(), Set<String>())
        for window in windows where looked.insert(window.source).inserted {
            let (source, below) = (window.source.utf8, window.relativePath.utf8)
            guard source.count >= below.count, source.suffix(below.count).elementsEqual(below) else { continue }
            let input = String(decoding: source.prefix(source.count - below.count), as: UTF8.self)
            guard input.isEmpty || input.hasSuffix("/"), !found.contains(input) else { continue }
            if FileManager.default.fileExists(atPath: window.source) { found.insert(input) }
        }
        return found.map { $0.isEmpty ? "." : $0 }.sorted()
    }

    /// A path without links as far as it is there.
    private static func real(_ path: String) -> String {
        let there = nearest(path)
        let whole = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        guard let found = realpath(there, nil) else { return whole }
        defer { free(found) }
        let rest = whole.split(separator: "/").dropFirst(there.split(separator: "/").count)
        return ([String(cString: found)] + rest.map(String.init)).joined(separator: "/")
    }

    /// The path itself, or the nearest folder above it that is there.
    private static func nearest(_ path: String) -> String {
        var path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        while path.count > 1, !FileManager.default.fileExists(atPath: path) {
            path = (path as NSString).deletingLastPathComponent
        }
        return path
    }

    /// Whether a path is a folder or below it.
    private static func isIn(_ path: String, _ folder: String) -> Bool {
        let (steps, above) = (path.split(separator: "/"), folder.split(separator: "/"))
        return steps.starts(with: above)
    }

    private static func device(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_dev) : nil
    }
}
