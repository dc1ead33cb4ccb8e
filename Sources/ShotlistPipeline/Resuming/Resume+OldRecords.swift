import ShotlistCore
import ShotlistLedger

/// What earlier runs have written and is not true any more, or does not count.
extension Resume {
    /// Has the ledger forget that anything of these videos is done, when everything is to be done anew: what a run that is
    /// stopped did not come to must not seem done to the next one, which goes on without being told to force anything.
    func forget(_ files: [VideoFile]) async throws {
        guard policy.force else { return }
        for start in stride(from: 0, to: files.count, by: 1000) {
            let some = files[start..<min(files.count, start + 1000)].map(\.inputPath)
            try await commit(.forced(sources: some))
        }
    }

    /// Takes away the records of a video that holds something else now, and those of its clips. Their files and previews stay:
    /// nobody could make them again.
    ///
    /// The ledger lets go of the records first, and still knows the video as it was: after a kill the next run finds it
    /// changed as well and does all of this again, or, when the old video is back by then, writes its records again.
    func removeRecords(ofChanged file: VideoFile) async throws {
        let clips = try await ledger.clipIDs(of: file.inputPath)
        try await commit(.withdrawn(source: file.inputPath))
        try await context.room.writing { try await oldRecords.remove(of: clips) }
        try await removeRecords(of: file)
    }

    /// Takes away the records of a video that cannot be worked on any more, before the ledger says so. What is told of its
    /// clips is true while it holds the same.
    func removeRecords(ofFailed file: VideoFile, _ error: ShotlistError, _ check: SourceCheck) async throws {
        switch check {
        case .new: break
        case .changed: try await removeRecords(ofChanged: file)
        case .unchanged, .touched:
            // Where the machine failed, and not the video, nothing of it is wrong.
            guard error.code != .unreadable, error.code != .outOfMemory else { return }
            try await commit(.lost(.sourceRecords(file.inputPath)))
            try await removeRecords(of: file)
        }
    }

    private func removeRecords(of file: VideoFile) async throws {
        // Those of a video that is shared are of clips of all, and are written anew, or taken away, when these are merged.
        guard !context.share.isShared(file) else { return }
        // They are where the run that wrote them found the video.
        let place = try await ledger.source(file.inputPath)?.relativePath ?? file.relativePath
        try await context.room.writing { try await oldRecords.remove(of: file.inputPath, at: place) }
    }

    private var oldRecords: OldRecords { OldRecords(outputPath: outputPath, files: files) }
}
