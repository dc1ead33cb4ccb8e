/// The form in which a server is sent the frames of a window.
public enum MediaForm: String, Sendable, Hashable, CaseIterable {
    /// The sampled frames as JPEG, in one `video_url`. The server sees the frames that the record names.
    case frames
    /// The window cut on packets, as an mp4 file in one `video_url`. The server samples it by itself.
    case mp4
    /// The sampled frames as JPEG, an `image_url` each, for servers without video.
    case images
    /// The window as an mp4 file in a folder that the server sees as well, by its `file://` path.
    case file

    /// Whether the server picks the frames, and not Shotlist.
    var isSampledByServer: Bool { self == .mp4 || self == .file }
}
