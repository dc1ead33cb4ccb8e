import ShotlistCatalog
import ShotlistCore
import ShotlistLedger

/// A file that has a window's frames: the video that the model was shown, or the clip that was made of it.
struct FrameFile: Sendable, Hashable {
    /// What it is, as the page is told.
    enum Kind: String, Sendable, Hashable {
        case video, clip
    }

    let kind: Kind
    let path: String
    /// Its size and time; what was decoded of it holds as long as these are the same.
    let stamp: SourceStamp

    /// The name of one of its frames for caches.
    func tag(ofFrame frame: Int) -> String {
        "\"\(kind.rawValue)-\(stamp.size)-\(stamp.modified)-\(frame)\""
    }

    /// The files that may have a window's frames, the best first. It waits for the disk.
    ///
    /// The video's path is the record's, and may lead anywhere: what is there is opened by what reads videos alone, which
    /// takes containers of its own list by their content, and its bytes are never sent.
    ///
    /// - Parameter recorded: the video's size and time as the run's ledger has them; nil where nobody knows.
    static func all(of window: CatalogWindow, recorded: SourceStamp?, _ media: OutputMedia) -> [FrameFile] {
        var files: [FrameFile] = []
        if !window.source.isEmpty, let stamp = try? SourceStamp.of(path: window.source),
            recorded == nil || recorded == stamp
        {
            files.append(FrameFile(kind: .video, path: window.source, stamp: stamp))
        }
        if let path = try? media.clipPath(window.key), let stamp = try? SourceStamp.of(path: path) {
            files.append(FrameFile(kind: .clip, path: path, stamp: stamp))
        }
        return files
    }
}
