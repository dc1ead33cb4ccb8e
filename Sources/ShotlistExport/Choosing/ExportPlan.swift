import Foundation
import ShotlistCore
import ShotlistMedia

/// A window that is going to be exported.
struct ExportItem: Sendable {
    let window: ExportWindow
    /// The words it is handed over with.
    let caption: String
    let part: ExportPart
    /// Its clip's name without extension, unique in the export.
    var name: String
    /// The output's file of its clip; nil without clips.
    let clipFile: String?
    /// What its clip is going to be; nil without clips.
    let shape: ClipShape?
}

/// What an export is going to hold, and what it leaves out. Nothing is written for it.
public struct ExportPlan: Sendable {
    let items: [ExportItem]
    /// What is left out, in the order of the windows.
    public let dropped: [DroppedWindow]

    /// How many clips there are going to be.
    public var count: Int { items.count }
    /// How many of them are in a part.
    public func count(in part: ExportPart) -> Int { items.count(where: { $0.part == part }) }
    /// How many are files of the output as they are; the others are cut or made again.
    public var countAsTheyAre: Int { items.count(where: { $0.shape.map { $0.work == .asItIs } ?? true }) }
    /// How many windows are left out for each reason.
    public var reasons: [DropReason: Int] { dropped.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 } }

    /// Looks at every window, and at its clip's file where one is needed. Blocks, for some milliseconds a clip.
    ///
    /// - Parameters:
    ///   - windows: the windows, in the order in which they are to be exported.
    ///   - settings: what is wanted.
    ///   - clipFolder: the output's folder of clips.
    /// - Throws: ``ShotlistError`` (`cancelled`).
    init(
        _ windows: [ExportWindow], _ settings: ExportSettings, clipFolder: String, stop: StopFlag
    ) throws(ShotlistError) {
        let planner = Planner(settings: settings, clipFolder: clipFolder, stop: stop)
        var (items, dropped, names) = ([ExportItem](), [DroppedWindow](), Set<String>())
        for result in Crew.map(windows, threads: settings.threads, { planner.item(of: $0) }) {
            switch result {
            case .success(var item):
                // Records may name frames beyond the clip's last, so that two windows are the whole clip.
                if !names.insert(item.name).inserted { item.name = "\(item.window.clipName)_\(item.window.range)" }
                items.append(item)
            case .failure(let drop): dropped.append(drop.window)
            }
        }
        guard !stop.isSet else { throw ShotlistError(.cancelled, "The export was stopped.") }
        self.items = items
        self.dropped = dropped
    }
}

/// A window that is left out, as an error.
private struct Drop: Error {
    let window: DroppedWindow
}

/// Looks at one window after another.
private struct Planner: Sendable {
    let settings: ExportSettings
    let clipFolder: String
    let stop: StopFlag

    func item(of window: ExportWindow) -> Result<ExportItem, Drop> {
        func drop(_ reason: DropReason, _ detail: String = "") -> Result<ExportItem, Drop> {
            .failure(Drop(window: DroppedWindow(window, reason, detail: detail)))
        }
        guard settings.takesRejected || window.decision != "rejected" else { return drop(.rejected) }
        guard !settings.leavesChangedOut || !window.isChangedSince else { return drop(.changedSince) }
        guard let caption = settings.template.words(of: window) else { return drop(.noCaption) }
        let isValidation = settings.validation?.isValidation(window.relativePath) ?? false
        let part = isValidation ? ExportPart.validation : .train
        guard settings.placement != .none, !stop.isSet else {
            return .success(
                ExportItem(
                    window: window, caption: caption, part: part, name: "\(window.clipName)_\(window.range)",
                    clipFile: nil, shape: nil))
        }
        let file = "\(clipFolder)/\(window.clipName).mp4"
        var status = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return drop(.noClip) }
        do {
            let (metadata, timeline, _) = try MediaProbe.probe(path: file, limits: settings.limits)
            let shape = try settings.needs.shape(
                first: window.start, last: window.end, timeline: timeline, metadata: metadata)
            let name = shape.coversClip ? window.clipName : "\(window.clipName)_\(window.range)"
            return .success(
                ExportItem(
                    window: window, caption: caption, part: part, name: name, clipFile: file, shape: shape))
        } catch let reason as DropReason {
            return drop(reason)
        } catch {
            return drop(.unreadableClip, "\(error)")
        }
    }
}
