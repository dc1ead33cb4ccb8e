/// Where the model that enhances captions runs: beside the one that makes them, or in its place.
public enum EnhancementPlacement: String, Sendable, Hashable, Codable, CaseIterable {
    /// Beside the other if both fit into memory, after it if not.
    case automatic = "auto"
    /// Beside the other, and a caption is enhanced as soon as it is made; the run fails when both do not fit.
    case sideBySide = "beside"
    /// After the other: captions wait in rounds, the model that made them leaves, this one comes.
    case afterCaptions = "after"
}
