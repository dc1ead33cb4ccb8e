/// An error for the person who must act: what failed, on which file, why, and what to do.
///
/// Every error that leaves a Shotlist module is one of these. `message` and `remedy` are whole sentences;
/// `code` is for programs: a window's `reason` in the output is its raw value.
public struct ShotlistError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public let code: Code
    /// One sentence: what failed, on which file, and why.
    public let message: String
    /// One sentence: what to do about it. Empty when nothing can be done but what the message says.
    public let remedy: String

    /// Makes an error from its parts.
    public init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The message and the remedy as one line.
    public var description: String {
        remedy.isEmpty ? message : "\(message) \(remedy)"
    }

    /// Whether it ends a run, and is not the matter of the one window that it met.
    public var endsRun: Bool {
        switch code {
        case .cancelled, .endpointsDown, .storageRefused, .storageUnreachable: true
        default: false
        }
    }

    /// The kinds of failure, stable across releases.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        // The request
        case invalidArgument = "invalid_argument"
        case unknownVariant = "unknown_variant"
        case notAvailable = "not_available"
        case pipelineMismatch = "pipeline_mismatch"
        // Input files
        case unreadable = "unreadable"
        case noVideos = "no_videos"
        case notAVideo = "not_a_video"
        case noVideoStream = "no_video_stream"
        case noFrames = "no_frames"
        case refusedContainer = "refused_container"
        case limitExceeded = "limit_exceeded"
        case decodeFailed = "decode_failed"
        case missingFrames = "missing_frames"
        case tooFewFrames = "too_few_frames"
        case quarantined = "quarantined"
        // Models and engines
        case modelMissing = "model_missing"
        case modelDownloadFailed = "model_download_failed"
        case modelGated = "model_gated"
        case offline = "offline"
        case modelInvalid = "model_invalid"
        case modelMismatch = "model_mismatch"
        case contextTooShort = "context_too_short"
        case outOfMemory = "out_of_memory"
        case engineFailed = "engine_failed"
        case emptyCaption = "empty"
        case blocked
        case endpointRefused = "endpoint_refused"
        case endpointsDown = "endpoints_down"
        case unknownDevice = "unknown_device"
        // Object stores
        case storageRefused = "storage_refused"
        case storageUnreachable = "storage_unreachable"
        // Output files
        case encodeFailed = "encode_failed"
        case previewFailed = "preview_failed"
        case outputInvalid = "output_invalid"
        case outputInUse = "output_in_use"
        case ledgerInvalid = "ledger_invalid"
        case ledgerFailed = "ledger_failed"
        case diskFull = "disk_full"
        case writeFailed = "write_failed"
        // Review and export
        case conflict = "conflict"
        case filterInvalid = "filter_invalid"
        case exportRefused = "export_refused"
        // The run
        case cancelled = "cancelled"
        case internalFailure = "internal_failure"
    }
}
