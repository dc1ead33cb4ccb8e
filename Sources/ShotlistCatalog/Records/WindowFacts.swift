import ShotlistCore

/// What the index keeps of a window beside what it looks for: as JSON, with short names, as there may be 100,000.
struct WindowFacts: Sendable, Hashable, Codable {
    var clipSpan: ClosedRange<Double>
    var fps: Double
    var reason: String?
    var reasonText: String?
    /// Flags of the record that are none of ``CatalogFlag``.
    var otherFlags: [String]?
    var modelRevision: String?
    var variant: String?
    var captions: CaptionSet
    var tokens: TokenCounts?
    var framesShown: [Int]?
    /// The time of the clip's frame 0 in the video, in seconds.
    var firstTime: Double
    /// Frames for each second in this clip.
    var rate: Double
    var settings: String?
    var previewReason: String?
    /// The digest of what the video holds.
    var sourceDigest: String?

    enum CodingKeys: String, CodingKey {
        case clipSpan = "c", fps = "f", reason = "w", reasonText = "t", otherFlags = "o", modelRevision = "m"
        case variant = "v", captions = "x", tokens = "k", framesShown = "i", firstTime = "z", rate = "r"
        case settings = "s", previewReason = "p", sourceDigest = "d"
    }

    /// The time of one of the clip's frames in the video, in seconds.
    func time(ofFrame frame: Int) -> Double {
        rate > 0 ? firstTime + Double(frame) / rate : firstTime
    }
}

/// A window as its record tells of it.
struct RecordedWindow: Sendable {
    var key: WindowKey
    var source: String
    var span: ClosedRange<Double>
    var size: PixelSize
    var status: WindowStatus
    var model: String?
    var seconds: Double?
    /// Flags that the record has, not those that the checks find.
    var flags: Set<CatalogFlag>
    var facts: WindowFacts
    /// What the record tells of earlier captions.
    var earlier: [EarlierCaption]
    var hasPreview = false
    var hasClip = false
}

/// A caption of before, of a record's `caption_history`.
struct EarlierCaption: Sendable, Hashable, Codable {
    var captions: CaptionSet
    /// When it was made, as the record says.
    var made: String?
    var model: String?
    var status: WindowStatus?
    var settings: String?
    var isCurrent: Bool
}
