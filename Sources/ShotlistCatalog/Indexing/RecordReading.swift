import Foundation
import ShotlistCore
import Synchronization

/// What a record's file holds, or why it cannot be read.
struct ReadRecord: Sendable {
    var file: RecordFile
    /// Nil when it cannot be read: it may be half written, and what it said before stays until it says something else.
    var windows: [RecordedWindow]?
    /// What is wrong with it, as the end of a sentence.
    var problem: String?

    init(file: RecordFile) {
        self.file = file
    }

    /// A record that cannot be kept.
    init(_ record: ReadRecord, problem: String) {
        file = record.file
        self.problem = problem
    }
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
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: "\(records)/\(file.name)"))
        } catch {
            // Rights may be given and a disk may come back without a trace on the file: the next look tries again.
            record.file = RecordFile(name: file.name, stamp: file.stamp.unread)
            record.problem = "the disk or the rights of the file do not let it be read"
            return record
        }
        do {
            let clip = try ClipRecord(data: data, name: file.name)
            record.problem = clip.problem
            record.windows = withMedia(clip.windows)
        } catch let error as RecordUnreadable {
            record.problem = error.why
        } catch {
            record.problem = "it is no JSON"
        }
        return record
    }

    /// The windows with whether they have a clip and a preview.
    private func withMedia(_ windows: [RecordedWindow]) -> [RecordedWindow] {
        var windows = windows
        // Windows of a record are of one clip.
        guard let key = windows.first?.key else { return windows }
        let hasClip = self.hasClip(key)
        for index in windows.indices {
            windows[index].hasClip = hasClip
            windows[index].hasPreview = hasPreview(windows[index].key)
        }
        return windows
    }
}
