/// The type in which a stage of the user's own, or an engine, reads the pixels of a prepared window.
///
/// Pixels are whole numbers from 0 to 255, which all four types hold exactly, so captions do not depend on the
/// choice. A window waits in 8 bits whatever it is, so memory does not, either.
public enum PreprocessDType: String, Sendable, Hashable, Codable, CaseIterable {
    case float32, float16, bfloat16, uint8

    /// Bytes that one value takes.
    public var byteCount: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .uint8: 1
        }
    }
}
