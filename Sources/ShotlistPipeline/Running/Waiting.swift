import Dispatch
import ShotlistCore
import Synchronization

/// Waits for what is asynchronous on a thread that may block: one of ``BlockingPool``, and no other.
enum Waiting {
    private final class Box<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let hasCome = DispatchSemaphore(value: 0)
    }

    /// What `body` gives.
    static func forValue<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws(ShotlistError) -> Value {
        let box = Box<Value>()
        Task {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            box.result.withLock { $0 = result }
            box.hasCome.signal()
        }
        box.hasCome.wait()
        switch box.result.withLock({ $0 }) {
        case .success(let value)?: return value
        case .failure(let error as ShotlistError)?: throw error
        case .failure(let error)?: throw ShotlistError(.internalFailure, "\(error)", remedy: "Please report it.")
        case nil: throw ShotlistError(.internalFailure, "Nothing came.", remedy: "Please report it.")
        }
    }
}
