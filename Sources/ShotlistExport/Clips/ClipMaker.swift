import Foundation
import ShotlistCore
import ShotlistMedia

/// Brings clips into an export: as they are, or cut out of the output's clips.
struct ClipMaker: Sendable {
    /// How those are brought that stay as they are.
    let placement: ClipPlacement
    let limits: MediaLimits
    let stop: StopFlag

    /// What a clip is like.
    struct Made: Sendable {
        /// Its file; empty where there is none.
        let file: String
        let frames: Int
        let fps: Double
        let size: PixelSize
    }

    /// Makes a clip's file.
    ///
    /// - Parameters:
    ///   - item: the window, and what its clip is going to be.
    ///   - destination: where the file goes. One that stays as it is gets there too, unless the clip is archived.
    ///   - isArchived: whether the file is only read.
    func make(_ item: ExportItem, at destination: String, isArchived: Bool) throws(ShotlistError) -> Made {
        try stop.check()
        guard let shape = item.shape, let source = item.clipFile else {
            let size = PixelSize(width: item.window.width, height: item.window.height)
            return Made(
                file: "", frames: item.window.end - item.window.start + 1, fps: item.window.fps, size: size)
        }
        switch shape.work {
        case .asItIs:
            if !isArchived { try place(source, at: destination) }
            return Made(
                file: isArchived ? source : destination, frames: shape.frames, fps: shape.fps, size: shape.size)
        case .cut(let frames): return Made(try cut(source, frames, to: destination))
        case .remade(let form): return Made(try remake(source, item.window, shape.frames, form, to: destination))
        }
    }

    private var isStopped: @Sendable () -> Bool {
        { [stop] in stop.isSet }
    }

    // One thread for each clip: with more its bytes would depend on how many there are.

    private func cut(
        _ source: String, _ frames: Range<Int>, to destination: String
    ) throws(ShotlistError) -> EncodedClip {
        let (metadata, timeline, _) = try MediaProbe.probe(path: source, limits: limits)
        guard frames.upperBound <= timeline.count else { throw Self.changed(source) }
        return try ClipCutter.write(
            source: source, metadata: metadata, timeline: timeline, clipFrames: frames, encoder: .named("libx264"),
            threads: 1, limits: limits, isCancelled: isStopped, to: URL(filePath: destination))
    }

    private func remake(
        _ source: String, _ window: ExportWindow, _ count: Int, _ form: ClipForm, to destination: String
    ) throws(ShotlistError) -> EncodedClip {
        let (metadata, timeline, _) = try MediaProbe.probe(path: source, limits: limits)
        guard let choice = try? FrameChoice(first: window.start, last: window.end, of: timeline, rate: form.rate),
            choice.count >= count
        else { throw Self.changed(source) }
        return try ClipRemaker.write(
            source: source, metadata: metadata, timeline: timeline, frames: choice.frames(count), form: form,
            encoder: .named("libx264"), threads: 1, limits: limits, isCancelled: isStopped,
            to: URL(filePath: destination))
    }

    private static func changed(_ source: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "The clip '\(source)' is not what it was when the export began.",
            remedy: "Wait until nothing writes to it, and run the command again.")
    }

    private func place(_ source: String, at destination: String) throws(ShotlistError) {
        switch placement {
        case .none: break
        case .hardlink:
            guard link(source, destination) != 0 else { return }
            let number = errno
            // Some file systems have no second names, and some (CIFS, FUSE) do not say so in the usual way.
            guard [EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS].contains(number) else {
                throw Trouble.last("link", destination)
            }
            throw Trouble.refused(
                "'\(source)' cannot have a second name at '\(destination)': \(String(cString: strerror(number))).",
                "Give --clips copy or --clips symlink.")
        case .symlink:
            guard symlink(source, destination) == 0 else { throw Trouble.last("link", destination) }
        case .copy:
            do {
                try FileManager.default.copyItem(atPath: source, toPath: destination)
            } catch {
                throw Trouble.failed("write", destination, error)
            }
        }
    }
}

extension ClipMaker.Made {
    /// A clip that was written.
    fileprivate init(_ clip: EncodedClip) {
        self.init(file: clip.file.path, frames: clip.numFrames, fps: clip.framerate, size: clip.size)
    }
}
