/// What happens while a model is brought here.
public enum ModelEvent: Sendable, Hashable {
    /// Another process or task is at it; what it brings is used. Said once.
    case waiting(model: String)
    /// The repository has another name now.
    case renamed(from: String, to: String)
    /// Files are taken from the cache of Hugging Face's tools instead of being downloaded.
    case fromCache(files: Int)
    /// Something failed and is tried again after a pause; `file` is nil for a question about the repository.
    case retrying(file: String?, reason: String, pause: Duration)
    /// How far it is.
    case progress(ModelProgress)
    /// Something that the user should know and that stops nothing.
    case warning(String)
}

/// How much of a model is here.
public struct ModelProgress: Sendable, Hashable {
    /// The model's repository or package.
    public var model: String
    /// Files that are here and checked.
    public var filesDone: Int
    /// Files that are needed.
    public var files: Int
    /// Bytes that are here.
    public var bytesDone: Int
    /// Bytes that are needed.
    public var bytes: Int
    /// Bytes that were received since the start; a rate counts these.
    public var bytesReceived: Int
}
