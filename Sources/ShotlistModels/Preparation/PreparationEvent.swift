/// What preparing a model tells while it is at work.
public enum PreparationEvent: Sendable, Hashable {
    /// A sentence that stays.
    case note(String)
    /// How far a step is.
    case progress(PreparationStep, done: Int, total: Int)

    /// Takes events; it may be called on any thread.
    public typealias Handler = @Sendable (PreparationEvent) -> Void
}

/// The steps of preparing a model.
public enum PreparationStep: String, Sendable, Hashable {
    /// Making the environment of the converter; nothing is counted.
    case environment
    /// Converting the text model; bytes.
    case text
    /// Converting the vision tower; bytes.
    case projector
    /// Quantising the text model; tensors.
    case quantize
}
