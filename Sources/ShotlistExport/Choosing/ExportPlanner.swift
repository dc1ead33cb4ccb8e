import Foundation
import ShotlistCore
import ShotlistMedia

/// A window that is left out, as an error.
struct Drop: Error {
    let window: DroppedWindow
}

/// Looks at windows and at the files of their clips.
struct ExportPlanner: Sendable {
    let settings: ExportSettings
    let clipFolder: String
    let stop: StopFlag

    /// A file of a clip that was looked at.
    private struct Look {
        let file: String
        let metadata: VideoMetadata
        let timeline: FrameTimeline
        let pixels: PixelShape
    }

    /// Why a clip's file cannot be looked at.
    private struct Blind: Error {
        let reason: DropReason
        var detail = ""
    }

    /// What becomes of each window, in their order. Each clip's file is looked at once. Blocks.
    func results(of windows: [ExportWindow]) -> [Result<ExportItem, Drop>] {
        var places: [UUID: Int] = [:]
        var clips: [[Int]] = []
        for (index, window) in windows.enumerated() {
            if let place = places[window.clip] {
                clips[place].append(index)
            } else {
                places[window.clip] = clips.count
                clips.append([index])
            }
        }
        let found = Crew.map(clips, threads: settings.threads) { indices in items(of: indices.map { windows[$0] }) }
        var results = [Result<ExportItem, Drop>?](repeating: nil, count: windows.count)
        for (indices, items) in zip(clips, found) {
            for (index, item) in zip(indices, items) { results[index] = item }
        }
        return results.compactMap(\.self)
    }

    /// What becomes of a clip's windows.
    private func items(of windows: [ExportWindow]) -> [Result<ExportItem, Drop>] {
        var look: Result<Look, Blind>?
        return windows.map { window in
            guard settings.takesRejected || window.decision != "rejected" else { return Self.drop(window, .rejected) }
            guard !settings.leavesChangedOut || !window.isChangedSince else { return Self.drop(window, .changedSince) }
            guard let caption = settings.template.words(of: window) else { return Self.drop(window, .noCaption) }
            guard settings.placement != .none, !stop.isSet else { return .success(exported(window, caption, nil)) }
            let found = look ?? self.look(at: window)
            look = found
            return item(window, caption, found)
        }
    }

    private func item(
        _ window: ExportWindow, _ caption: String, _ look: Result<Look, Blind>
    ) -> Result<ExportItem, Drop> {
        do throws(Blind) {
            return .success(exported(window, caption, try shape(of: window, try look.get())))
        } catch {
            return Self.drop(window, error.reason, error.detail)
        }
    }

    private func shape(of window: ExportWindow, _ look: Look) throws(Blind) -> (file: String, shape: ClipShape) {
        do throws(DropReason) {
            let choice = try FrameChoice(
                first: window.start, last: window.end, of: look.timeline, rate: settings.needs.fps)
            let shape = try settings.needs.shape(choice, of: look.metadata, look.pixels, count: look.timeline.count)
            return (look.file, shape)
        } catch {
            throw Blind(reason: error)
        }
    }

    private func exported(
        _ window: ExportWindow, _ caption: String, _ clip: (file: String, shape: ClipShape)?
    ) -> ExportItem {
        let isValidation = settings.validation?.isValidation(window.relativePath) ?? false
        let isWhole = clip?.shape.coversClip ?? false
        return ExportItem(
            window: window, caption: caption, part: isValidation ? .validation : .train,
            name: isWhole ? window.clipName : "\(window.clipName)_\(window.range)", clipFile: clip?.file,
            shape: clip?.shape)
    }

    private func look(at window: ExportWindow) -> Result<Look, Blind> {
        let file = "\(clipFolder)/\(window.clipName).mp4"
        var status = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(Blind(reason: .noClip))
        }
        do throws(ShotlistError) {
            let (metadata, timeline, warnings) = try MediaProbe.probe(path: file, limits: settings.limits)
            // Few files have a warning, so that few are opened twice.
            let isSquare = warnings["sample_aspect_ratio"] == nil
            let pixels = try isSquare ? .square : MediaProbe.pixels(path: file, limits: settings.limits)
            return .success(Look(file: file, metadata: metadata, timeline: timeline, pixels: pixels))
        } catch {
            return .failure(Blind(reason: .unreadableClip, detail: "\(error)"))
        }
    }

    private static func drop(
        _ window: ExportWindow, _ reason: DropReason, _ detail: String = ""
    ) -> Result<ExportItem, Drop> {
        .failure(Drop(window: DroppedWindow(window, reason, detail: detail)))
    }
}
