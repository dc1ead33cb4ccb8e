import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Whether a run works on an output now.
enum RunPresence {
    /// Whether someone holds the output's lock.
    ///
    /// It is asked of the kernel's list: to try the lock would be to hold it for a moment, in which a run that begins
    /// would take this for another one.
    static func isThere(outputPath: String) -> Bool {
        var status = stat()
        guard stat("\(outputPath)/.shotlist/lock", &status) == 0 else { return false }
        guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return false }
        let file = ":\(status.st_ino)"
        return locks.split(separator: "\n").contains { line in
            // 1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF; one that waits has an arrow.
            !line.contains("->") && line.split(separator: " ").contains { $0.hasSuffix(file) }
        }
    }
}
