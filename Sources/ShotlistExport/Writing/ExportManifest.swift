import ShotlistCore

/// What an export tells of itself: how it was made, what is in it, what is not and why. There is no time in it, so that
/// the same export is the same bytes.
struct ExportManifest {
    /// The file's name.
    static let name = "manifest.json"
    /// How many windows that were left out are named.
    private static let mostNamed = 1000

    let settings: ExportSettings
    let origin: ExportOrigin
    let clips: [ExportPart: Int]
    let seconds: [ExportPart: Double]
    let dropped: [DroppedWindow]
    let files: [(path: String, sum: FileSum)]

    /// The file's text.
    var text: String {
        var fields = JSONFields(separator: ",\n  ")
        fields.add("program", settings.program)
        fields.add("format", settings.format.rawValue)
        fields.add("settings", json: made)
        var counts = JSONFields()
        for part in ExportPart.allCases where settings.validation != nil || part == .train {
            var count = JSONFields()
            count.add("clips", clips[part] ?? 0)
            count.add("seconds", ((seconds[part] ?? 0) * 1000).rounded() / 1000)
            counts.add(settings.validation == nil ? "all" : part.rawValue, json: count.object)
        }
        fields.add("counts", json: counts.object)
        fields.add("unreadable_records", origin.unreadableRecords)
        fields.add("unknown_sources", origin.unknownSources)
        fields.add("dropped", json: reasons)
        fields.add("dropped_windows", json: Self.list(dropped.prefix(Self.mostNamed).map(Self.object)))
        var sums = JSONFields(separator: ",\n    ")
        for file in files {
            var sum = JSONFields()
            sum.add("sha256", file.sum.sha256)
            sum.add("bytes", file.sum.bytes)
            sums.add(file.path, json: sum.object)
        }
        fields.add("files", json: sums.object)
        return fields.lines + "\n"
    }

    /// What shaped the export: by it the same can be asked for again.
    private var made: String {
        var fields = JSONFields()
        fields.add("template", settings.template.text)
        if !settings.template.trigger.isEmpty { fields.add("trigger", settings.template.trigger) }
        if origin.filter != .all { fields.add("filter", json: origin.filterJSON) }
        addFiles(to: &fields)
        if let frames = settings.needs.frames { fields.add("frames", frames.rawValue) }
        if let fps = settings.needs.fps { fields.add("fps", fps) }
        if let sides = settings.needs.sides { fields.add("sides", sides) }
        if let resolution = settings.needs.resolution { fields.add("resolution", resolution.description) }
        if let validation = settings.validation {
            fields.add("validation_share", validation.share)
            fields.add("seed", validation.seed)
        }
        return fields.object
    }

    /// How files are laid out, as far as the format asks.
    private func addFiles(to fields: inout JSONFields) {
        let format = settings.format
        guard !format.isSubtitles else { return }
        if !format.isArchived { fields.add("clips", settings.placement.rawValue) }
        if format.isArchived {
            fields.add("shard_clips", settings.shards.clips)
            fields.add("shard_size", settings.shards.bytes)
        }
        if format.mayHaveWholePaths { fields.add("whole_paths", settings.hasWholePaths) }
        if format == .csv { fields.add("escape_formulas", settings.escapesFormulas) }
    }

    private var reasons: String {
        var fields = JSONFields()
        for reason in DropReason.allCases {
            let count = dropped.count(where: { $0.reason == reason })
            if count > 0 { fields.add(reason.rawValue, count) }
        }
        return fields.object
    }

    private static func object(_ window: DroppedWindow) -> String {
        var fields = JSONFields()
        fields.add("window", window.window)
        fields.add("source", window.source)
        fields.add("reason", window.reason.rawValue)
        if !window.detail.isEmpty { fields.add("detail", window.detail) }
        return fields.object
    }

    private static func list(_ objects: [String]) -> String {
        objects.isEmpty ? "[]" : "[\n    " + objects.joined(separator: ",\n    ") + "\n  ]"
    }
}
