import Foundation

/// How far things were from their references, for the tables of docs/exactness.md.
enum Measured {
    /// Adds a line to the file that SHOTLIST_MEASURED names; does nothing where it names none.
    static func note(_ what: String, _ distance: Double) {
        guard let path = ProcessInfo.processInfo.environment["SHOTLIST_MEASURED"],
            let file = fopen(path, "a")
        else { return }
        // One write of a short line: tests that run beside each other do not mix theirs.
        fputs("\(what)\t\(distance)\n", file)
        fclose(file)
    }
}
