import Foundation
import ShotlistCore
import ShotlistStorage
import Synchronization

/// A small object that says which run works on an output, renewed for as long as it does. Unlike a lock it does not
/// end with the process: it counts for some time after it was renewed last, by the server's clock.
final class RunLease: Sendable {
    /// Which work folder a run has. What an earlier run of the same folder left is this one's: their lock keeps two
    /// of them apart.
    let writer: String
    private let bucket: S3Bucket
    private let place: S3Location
    private let output: S3Location
    private let interval: Duration
    private let text: String
    private let lost = Mutex<String?>(nil)

    init(bucket: S3Bucket, output: S3Location, workFolder: String, interval: Duration) {
        self.bucket = bucket
        self.output = output
        self.interval = interval
        place = output.appending(".shotlist/lock")
        writer = Self.writer(of: workFolder)
        let host = ProcessInfo.processInfo.hostName
        text = "process \(ProcessInfo.processInfo.processIdentifier) on \(host), since \(Date().ISO8601Format())"
    }

    private var content: Data { Data("\(writer)\n\(text)\n".utf8) }

    /// Takes the lease.
    ///
    /// - Throws: ``ShotlistError``: `output_in_use`, and what the bucket throws.
    func take() async throws {
        // Where there is none, a server that knows the condition lets one of two through.
        if try await holder() == nil, try await bucket.put(content, to: place, isNew: true) {
            try await settle()
            return
        }
        if let holder = try await holder(), holder.writer != writer {
            let age = try await bucket.age(of: place) ?? .infinity
            let patience = 4 * (interval / .seconds(1))
            guard age > patience else { throw inUse(holder.text, seconds: age, patience: patience) }
        }
        try await bucket.put(content, to: place)
        try await settle()
    }

    /// Renews the lease, or finds out that another run has taken it. It takes one interval at most: what hangs must not
    /// keep the next try away.
    func renew() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tryToRenew() }
            group.addTask { try? await Task.sleep(for: self.interval) }
            await group.next()
            group.cancelAll()
        }
    }

    private func tryToRenew() async {
        do {
            guard try await isOurs() else { return }
            try await bucket.put(content, to: place)
        } catch {
            // The next time may do better; until then the lease grows old.
        }
    }

    /// - Throws: ``ShotlistError`` (`output_in_use`) when another run has taken the lease.
    func check() throws(ShotlistError) {
        guard let other = lost.withLock({ $0 }) else { return }
        throw ShotlistError(
            .outputInUse, "Another run has taken over '\(output)': \(other.printable).",
            remedy: "Let one machine work on it at a time.")
    }

    /// Gives the lease back.
    func release() async {
        // One that stays grows old.
        if (try? await isOurs()) == true { try? await bucket.remove(place) }
    }

    /// Of two that took the lease at the same time, the later is the one that is there.
    private func settle() async throws {
        guard let holder = try await holder(), holder.writer != writer else { return }
        throw inUse(holder.text, seconds: 0, patience: 4 * (interval / .seconds(1)))
    }

    private func isOurs() async throws -> Bool {
        guard let holder = try await holder(), holder.writer != writer else { return true }
        lost.withLock { $0 = holder.text }
        return false
    }

    private func holder() async throws -> (writer: String, text: String)? {
        guard let data = try await bucket.get(place) else { return nil }
        let lines = String(decoding: data.prefix(1024), as: UTF8.self).split(separator: "\n").map(String.init)
        return (lines.first ?? "", lines.dropFirst().first ?? "it does not say which")
    }

    private func inUse(_ holder: String, seconds: Double, patience: Double) -> ShotlistError {
        ShotlistError(
            .outputInUse,
            "Another run works on '\(output)': \(holder.printable); its last sign was \(Int(seconds)) s ago.",
            remedy: "Wait until it is done, stop it, or give another output path. One that was killed counts as gone "
                + "\(Int(patience)) s after its last sign.")
    }

    /// The name of a work folder, which is made with it. A folder that cannot keep one has another name each time.
    private static func writer(of workFolder: String) -> String {
        let path = workFolder + "/.shotlist/writer"
        if let data = FileManager.default.contents(atPath: path), data.count == 36 {
            return String(decoding: data, as: UTF8.self)
        }
        let name = UUID().uuidString.lowercased()
        try? AtomicFile.write(Data(name.utf8), to: path)
        return name
    }
}
