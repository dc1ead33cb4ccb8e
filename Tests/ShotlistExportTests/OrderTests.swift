import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistExport
import Testing

@Suite("Windows come out of an output's index in an order of their own")
struct OrderTests {
    /// Writes a clip's record, and has the index take it in.
    private func add(_ clip: Int, to folder: URL) async throws -> Catalog {
        let name = "00000000-0000-5000-8000-00000000000\(clip)"
        let record: [String: Any] = [
            "span_uuid": name, "source_video": "in/a.mp4", "duration_span": [0.0, 4.0], "framerate_source": 25.0,
            "windows": [["start_frame": 0, "end_frame": 99, "demo_caption": "Words.", "status": "success"]],
        ]
        let records = folder.appending(path: "metas/v0")
        try FileManager.default.createDirectory(at: records, withIntermediateDirectories: true)
        try JSONSerialization.data(withJSONObject: record).write(to: records.appending(path: "\(name).json"))
        return try await Catalog.open(outputPath: folder.path, by: "Ada")
    }

    @Test("windows of one time come in the same order, in whatever order they were indexed")
    func order() async throws {
        var orders: [[UUID]] = []
        for clips in [[1, 2, 3], [3, 1, 2]] {
            let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-order-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            for clip in clips {
                let catalog = try await add(clip, to: folder)
                orders.append(try await ExportWindow.all(of: catalog, .all).map(\.clip))
                try await catalog.close()
            }
        }
        #expect(orders.last?.count == 3 && orders[2] == orders[5])
    }
}
