import Foundation
import ShotlistCore

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
    /// What is known of the windows as a whole.
    public let origin: ExportOrigin

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
    ///   - origin: what is known of the windows as a whole.
    /// - Throws: ``ShotlistError`` (`cancelled`).
    init(
        _ windows: [ExportWindow], _ settings: ExportSettings, clipFolder: String, origin: ExportOrigin, stop: StopFlag
    ) throws(ShotlistError) {
        let planner = ExportPlanner(settings: settings, clipFolder: clipFolder, stop: stop)
        var (items, dropped, names) = ([ExportItem](), [DroppedWindow](), Set<String>())
        for result in planner.results(of: windows) {
            switch result {
            case .success(var item):
                // Records may name frames beyond the clip's last, so that two windows are the whole clip.
                if !names.insert(item.name).inserted { item.name = "\(item.window.clipName)_\(item.window.range)" }
                items.append(item)
            case .failure(let drop): dropped.append(drop.window)
            }
        }
        try stop.check()
        self.items = items
        self.dropped = dropped
        self.origin = origin
    }

    /// How many clips get a second name.
    func countOfLinks(_ settings: ExportSettings) -> Int {
        guard settings.placement == .hardlink, !settings.format.isArchived else { return 0 }
        return items.count(where: { $0.shape?.work == .asItIs })
    }
}
