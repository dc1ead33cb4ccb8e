import Foundation
import ShotlistCore

/// An export that is being written. For one thread, which has clips made on others.
final class ExportRun {
    private let plan: ExportPlan
    private let settings: ExportSettings
    private let folder: ExportFolder
    private let maker: ClipMaker
    private let stop: StopFlag
    private var writers: [ExportPart: any ExportWriter] = [:]
    private var clips: [ExportPart: Int] = [:]
    private var seconds: [ExportPart: Double] = [:]
    private var failed: [DroppedWindow] = []
    /// How many clips are made before their rows are written.
    private static let batch = 64

    /// Begins the folder.
    init(
        _ plan: ExportPlan, _ settings: ExportSettings, to destination: Destination, stop: StopFlag
    ) throws(ShotlistError) {
        guard plan.count > 0 else {
            throw Trouble.refused(
                "There is nothing to export: \(plan.dropped.count) windows were looked at, and all are left out.",
                "Run it with --dry-run to see why.")
        }
        self.plan = plan
        self.settings = settings
        self.stop = stop
        maker = ClipMaker(placement: settings.placement, limits: settings.limits, stop: stop)
        folder = try ExportFolder(destination)
    }

    /// Writes all of it.
    func run(progress: (Int) -> Void) throws(ShotlistError) -> ExportReport {
        for start in stride(from: 0, to: plan.items.count, by: Self.batch) {
            let items = Array(plan.items[start..<min(start + Self.batch, plan.items.count)])
            try write(items)
            progress(start + items.count)
        }
        guard !clips.isEmpty else {
            throw Trouble.refused("Not one clip could be made: \(failed.first?.detail ?? "")", "See what it says.")
        }
        for part in ExportPart.allCases { try writers[part]?.finish() }
        try folder.removeWork()
        let sums = try sums()
        let manifest = ExportManifest(
            settings: settings, origin: plan.origin, clips: clips, seconds: seconds, dropped: plan.dropped + failed,
            files: sums)
        try TextFile.write(manifest.text, to: "\(folder.part)/\(ExportManifest.name)")
        try folder.complete()
        return ExportReport(
            path: folder.path, clips: clips, seconds: seconds, dropped: plan.dropped + failed, files: sums.count,
            bytes: sums.reduce(0) { $0 + $1.sum.bytes })
    }

    /// Makes the clips of some windows, and adds them in order.
    private func write(_ items: [ExportItem]) throws(ShotlistError) {
        var places: [(item: ExportItem, path: String)] = []
        for item in items {
            let path = try writer(of: item.part).clipPath(of: item.name)
            if let path {
                places.append((item, "\(folder.part)/\(prefix(of: item.part))\(path)"))
            } else {
                places.append((item, try folder.workFile(item.name + ".mp4")))
            }
        }
        let (maker, isArchived) = (maker, settings.format.isArchived)
        let made = Crew.map(places, threads: settings.threads) { place in
            Result { () throws(ShotlistError) in
                try maker.make(place.item, at: place.path, isArchived: isArchived)
            }
        }
        for (place, result) in zip(places, made) {
            switch result {
            case .success(let clip): try add(place.item, clip)
            case .failure(let error): try leaveOut(place.item, error)
            }
            if isArchived { unlink(place.path) }
        }
    }

    private func add(_ item: ExportItem, _ clip: ClipMaker.Made) throws(ShotlistError) {
        let row = ExportRow(
            name: item.name, caption: item.caption, window: item.window, frames: clip.frames, fps: clip.fps,
            size: clip.size)
        try writer(of: item.part).add(row, file: clip.file)
        clips[item.part, default: 0] += 1
        seconds[item.part, default: 0] += clip.fps > 0 ? Double(clip.frames) / clip.fps : 0
    }

    /// Goes on without a window where its clip alone is to blame.
    private func leaveOut(_ item: ExportItem, _ error: ShotlistError) throws(ShotlistError) {
        switch error.code {
        case .cancelled, .diskFull, .writeFailed, .exportRefused, .notAvailable: throw error
        default: failed.append(DroppedWindow(item.window, .cutFailed, detail: error.description))
        }
    }

    /// The writer of a part, which is begun with its first clip.
    private func writer(of part: ExportPart) throws(ShotlistError) -> any ExportWriter {
        if let writer = writers[part] { return writer }
        let prefix = prefix(of: part)
        for name in [""] + settings.folders { try folder.makeFolder(prefix + name) }
        let place = PartPlace(
            folder: Self.trimmed("\(folder.part)/\(prefix)"), finalFolder: Self.trimmed("\(folder.path)/\(prefix)"))
        let writer = try settings.writer(place, stop)
        writers[part] = writer
        return writer
    }

    /// A part's folder below the export's, with a slash; nothing where there is one part.
    private func prefix(of part: ExportPart) -> String {
        settings.validation == nil ? "" : "\(part.rawValue)/"
    }

    private static func trimmed(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The sums of all files, in the order of their paths.
    private func sums() throws(ShotlistError) -> [(path: String, sum: FileSum)] {
        let (files, part, stop) = (folder.files(), folder.part, stop)
        let results = Crew.map(files, threads: settings.threads) { name in
            Result { () throws(ShotlistError) in
                try stop.check()
                return try FileSum(of: "\(part)/\(name)")
            }
        }
        var sums: [(path: String, sum: FileSum)] = []
        for (name, result) in zip(files, results) { sums.append((name, try result.get())) }
        return sums
    }
}
