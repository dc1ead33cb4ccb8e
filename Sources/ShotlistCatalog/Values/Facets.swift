/// How many windows have what.
public struct Facets: Sendable, Hashable, Codable {
    /// A value with how many windows have it.
    public struct Count: Sendable, Hashable, Codable {
        /// The value.
        public var value: String
        /// How many windows have it.
        public var count: Int
    }

    /// Windows of the filter.
    public var count = 0
    /// By ``WindowStatus``.
    public var status: [Count] = []
    /// By ``CatalogFlag``; a window may have several.
    public var flags: [Count] = []
    /// By model; windows without one are left out.
    public var model: [Count] = []
    /// By ``ReviewDecision``.
    public var decision: [Count] = []
    /// By video, those with the most windows first, up to 200.
    public var source: [Count] = []
    /// By tag, up to 200.
    public var tags: [Count] = []
    /// By rating, from 1 to 5.
    public var rating: [Count] = []
    /// Windows whose caption a person edited.
    public var edited = 0
    /// Windows with a preview.
    public var withPreview = 0

    /// Counts of nothing.
    public init() {}
}

/// A plot's numbers: how many windows fall into which range.
public struct Histogram: Sendable, Hashable, Codable {
    /// One bar.
    public struct Bar: Sendable, Hashable, Codable {
        /// From where it counts, included.
        public var lower: Double
        /// To where it counts, not included; of the last bar, included.
        public var upper: Double
        /// How many windows fall into it.
        public var count: Int
    }

    /// The bars, from left to right, without gaps.
    public var bars: [Bar]
    /// Windows of which the number is not known.
    public var unknown: Int
    /// The smallest number; nil without any.
    public var least: Double?
    /// The largest number; nil without any.
    public var most: Double?
    /// The mean; nil without any.
    public var mean: Double?
    /// The number that half of the windows do not exceed; nil without any.
    public var median: Double?
}

/// The set in pictures.
public struct CatalogStatistics: Sendable, Hashable, Codable {
    /// What happened in a piece of time.
    public struct Moment: Sendable, Hashable, Codable {
        /// Its beginning, in seconds since 1970.
        public var at: Double
        /// Its length in seconds.
        public var seconds: Double
        /// Windows whose records were written in it.
        public var windows: Int
        /// Tokens of their captions.
        public var tokens: Int
    }

    /// Windows of the filter.
    public var count: Int
    /// Characters of the captions that count.
    public var captionLength: Histogram
    /// Words of the captions that count.
    public var captionWords: Histogram
    /// Seconds of the windows.
    public var clipLength: Histogram
    /// Tokens of the models' captions.
    public var tokens: Histogram
    /// Seconds from asking to the whole answer.
    public var secondsPerWindow: Histogram
    /// Sizes of the videos, as `1920x1080`, the most frequent first, up to 50.
    public var resolutions: [Facets.Count]
    /// Words of four letters and more, by how many windows have them, of up to 5,000 windows at even distances; up to 100.
    public var frequentWords: [Facets.Count]
    /// The run, by when records were written.
    public var throughput: [Moment]
}
