import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What the ledger knows of a clip of a source, as the source is now and is cut now.
public struct ClipState: Sendable, Hashable {
    /// Its id.
    public let id: UUID
    /// Its place among its source's clips, from 0.
    public let index: Int
    /// How many clips its source has.
    public let clipsInVideo: Int
    /// Start and end in seconds.
    public let span: ClipSpan
    /// The source's frames that belong to it.
    public let frames: Range<Int>
    /// The clip's own file; nil when there is none.
    public let file: ClipFileFacts?
    /// The hash of the settings that shaped the file.
    public let fileSettings: String?
    /// How it ended; nil when it has not.
    public let status: WindowStatus?
    /// Why it is not a success; nil when it is.
    public let reason: WindowReason?
    /// What went wrong, sentence by short name.
    public let errors: [String: String]
    /// Its record; nil when there is none.
    public let record: FileProof?
    /// The hash of the settings under which nothing is left to do.
    public let done: String?

    /// Whether nothing is left to do under these settings.
    public func isDone(_ keys: RunKeys) -> Bool {
        done == keys.all.hash
    }

    /// Whether the clip's own file is as these settings make it.
    public func hasFile(_ key: WorkKey) -> Bool {
        file != nil && fileSettings == key.hash
    }

    /// `WHERE` and what follows it names clips.
    static let columns = """
        SELECT clips.uuid AS uuid, clips.place AS place, clips.clips_in_video AS clips_in_video,
            clips.start_seconds AS start_seconds, clips.end_seconds AS end_seconds, clips.first_frame AS first_frame,
            clips.frames AS frames, clips.file_bytes AS file_bytes, clips.file_sha256 AS file_sha256,
            clips.file_width AS file_width, clips.file_height AS file_height, clips.file_framerate AS file_framerate,
            clips.file_frames AS file_frames, clips.file_codec AS file_codec, clips.file_warnings AS file_warnings,
            clips.errors AS errors, clips.status AS status, clips.reason AS reason, clips.reason_text AS reason_text,
            clips.record_bytes AS record_bytes, clips.record_sha256 AS record_sha256, file_keys.hash AS file_settings,
            dones.hash AS done
        FROM clips
        LEFT JOIN settings AS file_keys ON file_keys.id = clips.file_settings
        LEFT JOIN settings AS dones ON dones.id = clips.done_settings

        """

    init(_ row: Row) throws {
        id = try row.get("uuid")
        index = try row.get("place")
        clipsInVideo = try row.get("clips_in_video")
        span = ClipSpan(start: try row.get("start_seconds"), end: try row.get("end_seconds"))
        let (first, count): (Int, Int) = (try row.get("first_frame"), try row.get("frames"))
        guard first >= 0, count >= 0, count <= Int.max - first else { throw RowUnreadable() }
        frames = first..<first + count
        fileSettings = try row.get("file_settings")
        file = try fileSettings == nil ? nil : Self.file(row)
        status = try row.get("status", as: String?.self) == nil ? nil : row.choice("status", as: WindowStatus.self)
        reason = try row.reason("reason", "reason_text")
        errors = try ColumnJSON.values(String.self, row.get("errors"))
        record = try row.proof("record_bytes", "record_sha256")
        done = try row.get("done")
    }

    private static func file(_ row: Row) throws -> ClipFileFacts? {
        guard let proof = try row.proof("file_bytes", "file_sha256") else { return nil }
        return ClipFileFacts(
            proof: proof, size: PixelSize(width: try row.get("file_width"), height: try row.get("file_height")),
            framerate: try row.get("file_framerate"), numFrames: try row.get("file_frames"),
            videoCodec: try row.get("file_codec"),
            warnings: try ColumnJSON.values(String.self, row.get("file_warnings")))
    }
}
