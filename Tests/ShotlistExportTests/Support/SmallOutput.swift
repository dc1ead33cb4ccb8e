import Foundation
import ShotlistExport
import TestReaders
import Testing

/// An output folder with real clips, and room for exports beside it. Removed when the test ends.
final class SmallOutput: Sendable {
    /// The clip of 250 frames, 640x272 at 25 frames a second.
    static let bikes = "11111111-1111-5111-8111-111111111111"
    /// The clip of 132 frames, 1280x720 at 25 frames a second, with sound.
    static let bunny = "22222222-2222-5222-8222-222222222222"
    /// The clip of 120 frames, 176x144.
    static let carphone = "33333333-3333-5333-8333-333333333333"

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-export-test-\(UUID().uuidString)")
        let clips = folder.appending(path: "out/clips")
        try FileManager.default.createDirectory(at: clips, withIntermediateDirectories: true)
        for (name, footage) in [
            (Self.bikes, "bikes"), (Self.bunny, "bigbuckbunny"), (Self.carphone, "carphone_pristine"),
        ] {
            let file = Checkout.root.appending(path: ".deps/footage/\(footage).mp4")
            try #require(FileManager.default.fileExists(atPath: file.path), "run `make footage` first")
            try FileManager.default.copyItem(at: file, to: clips.appending(path: "\(name).mp4"))
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The output's path.
    var path: String { folder.appending(path: "out").path }

    /// A path beside the output.
    func place(_ name: String) -> String { folder.appending(path: name).path }

    /// The bytes of a file beside the output.
    func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    /// The text of a file beside the output.
    func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

    /// The files below a folder beside the output, sorted.
    func files(_ name: String) -> [String] {
        let root = place(name)
        return (FileManager.default.subpaths(atPath: root) ?? []).filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
            return !isFolder.boolValue
        }.sorted()
    }

    /// A window of a clip, with a caption.
    func window(
        _ clip: String, _ start: Int, _ end: Int, _ caption: String?, source: String = "videos/a.mp4"
    ) throws -> ExportWindow {
        var window = ExportWindow(
            clip: try #require(UUID(uuidString: clip)), start: start, end: end, source: source,
            relativePath: source, startSeconds: Double(start) / 25, endSeconds: Double(end + 1) / 25)
        window.status = "success"
        window.model = "demo"
        window.words.last = caption
        return window
    }

    /// Three windows: a whole clip, a part of one, and another whole clip; two videos.
    func windows() throws -> [ExportWindow] {
        [
            try window(Self.bikes, 0, 249, "Cyclists ride by, \"fast\".\nThe light is warm."),
            try window(Self.bunny, 40, 103, "Ein Häschen 🐇 im Gras, 100% grün"),
            try window(Self.carphone, 0, 119, "=1+1 is what he says", source: "videos/b/c.mp4"),
        ]
    }

    /// Plans and writes an export.
    @discardableResult
    func export(
        _ settings: ExportSettings, _ windows: [ExportWindow]? = nil, to name: String, threads: Int = 2
    ) async throws -> ExportReport {
        var settings = settings
        settings.threads = threads
        let exporter = try Exporter(outputPath: path, settings: settings)
        return try await exporter.write(try await exporter.plan(try windows ?? self.windows()), to: place(name))
    }
}
