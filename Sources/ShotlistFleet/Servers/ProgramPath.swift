import Foundation
import ShotlistCore

/// Where a program is.
enum ProgramPath {
    /// The path of a program that is named as a shell would take it.
    ///
    /// - Throws: ``ShotlistError`` (`not_available`) when there is none.
    static func find(
        _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ShotlistError) -> String {
        let folders = name.contains("/") ? [] : (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let places = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        guard let path = places.first(where: isProgram) else {
            throw ShotlistError(
                .notAvailable, "The program '\(name)' is not there\(name.contains("/") ? "" : " (on the PATH)").",
                remedy: "Install vLLM on a machine with a GPU (pip install vllm), name its program by --vllm-program, "
                    + "or use servers that run elsewhere (--engine openai --endpoint URL).")
        }
        return path
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
