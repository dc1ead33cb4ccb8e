import ShotlistCore

extension ThrowingTaskGroup where ChildTaskResult == Void, Failure == any Error {
    /// Waits for all tasks. The first that throws cancels the others, which may wait for a hand-over that nobody will
    /// take any more; its error is thrown when they have ended.
    ///
    /// - Parameter onFailure: called once, before the others are waited for.
    mutating func finishTogether(onFailure: () -> Void = {}) async throws {
        var first: (any Error)?
        while let result = await nextResult() {
            guard case .failure(let error) = result, first == nil else { continue }
            first = error
            onFailure()
            cancelAll()
        }
        if let first { throw first }
    }
}
