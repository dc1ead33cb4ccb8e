import Foundation
import ShotlistCore
import ShotlistStorage

/// Where this machine keeps what an output in a bucket needs here.
enum WorkFolder {
    /// The folder of an output: below `XDG_CACHE_HOME`, `~/.cache`, or the place for temporary files where there is
    /// no home.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when the environment names no server that can be.
    static func path(of output: S3Location) throws(ShotlistError) -> String {
        path(of: output, at: try S3Settings().endpoint?.absoluteString ?? "")
    }

    /// - Parameter server: the server's address, since two may have buckets of one name; empty for AWS.
    static func path(
        of output: S3Location, at server: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let temporary = value("TMPDIR") ?? "/tmp"
        let root = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" } ?? temporary
        let name = ContentHash.sha256("\(server) \(output)").prefix(16)
        return "\(root)/shotlist/\(output.bucket)-\(name)"
    }
}
