import Foundation
import ShotlistCore
import Synchronization

/// What a record's file holds, or why it cannot be read.
struct ReadRecord: Sendable {
    let file: RecordFile
    var windows: [RecordedWindow] = []
    var problem: String?
}

extension CatalogPlace {
    /// Reads some records, on all threads. Blocks.
    func read(_ files: [RecordFile]) -> [ReadRecord] {
        let read = Mutex<[Int: ReadRecord]>([:])
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            let record = self.read(files[index])
            read.withLock { $0[index] = record }
        }
        return read.withLock { read in files.indices.compactMap { read[$0] } }
    }

    private func read(_ file: RecordFile) -> ReadRecord {
        var record = ReadRecord(file: file)
        guard file.stamp.size <= ClipRecord.mostBytes else {
            record.problem = "it is larger than \(ClipRecord.mostBytes >> 20) MiB"
            return record
        }
        do {
            let data = try Data(contentsOf: URL(filePath: "\(records)/\(file.name)"))
            record.windows = try ClipRecord(data: data, name: file.name).windows
        } catch let error as RecordUnreadable {
            record.problem = error.why
        } catch {
            record.problem = "it is no JSON, or cannot be read"
        }
        let files = FileManager.default
        let clips = Dictionary(grouping: record.windows.indices) { record.windows[$0].key.clipName }
        for (name, windows) in clips {
            let hasClip = files.fileExists(atPath: clip(name))
            for index in windows {
                record.windows[index].hasClip = hasClip
                record.windows[index].hasPreview = files.fileExists(atPath: preview(record.windows[index].key))
            }
        }
        return record
    }
}
