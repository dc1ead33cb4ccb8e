import Foundation
import ShotlistCatalog
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// Clips and previews of an output, by a window's key: a client names no path.
struct OutputMedia: Sendable {
    private let folder: String

    /// - Parameter outputPath: the output folder; links on the way to it are its owner's, and followed.
    init(outputPath: String) {
        let resolved = realpath(outputPath, nil)
        defer { free(resolved) }
        folder = resolved.map { String(cString: $0) } ?? outputPath
    }

    /// The preview of a window.
    func preview(_ key: WindowKey) throws(ShotlistError) -> OutputFile {
        try OutputFile("previews/\(key.text).webp", in: folder)
    }

    /// Where the clip's file is, once it is sure that it lies in the output.
    func clipPath(_ key: WindowKey) throws(ShotlistError) -> String {
        _ = try clip(key)
        return "\(folder)/clips/\(key.clipName).mp4"
    }

    /// The clip that a window is of.
    func clip(_ key: WindowKey) throws(ShotlistError) -> OutputFile {
        try OutputFile("clips/\(key.clipName).mp4", in: folder)
    }
}
