/// The type in which the pixels of a prepared window are kept until an engine takes them.
///
/// Pixels are whole numbers from 0 to 255, which all four types hold exactly, so captions do not depend on the
/// choice; the memory of a waiting window does, and a stage of the user's own reads pixels of this type.
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
