/// How many windows have what. Values that are alternatives of one another are counted as if none of them were asked for.
public struct Facets: Sendable, Hashable, Codable {
    /// A value with how many windows have it.
    public struct Count: Sendable, Hashable, Codable {
        /// The value.
        public var value: String
        /// How many windows have it.
        public var count: Int

        /// Makes a count.
        public init(value: String, count: Int) {
            self.value = value
            self.count = count
        }
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
    /// By video, those with the most windows first, up to ``most``.
    public var source: [Count] = []
    /// Whether there are more videos than ``source`` has.
    public var hasMoreSources = false
    /// By tag, up to ``most``.
    public var tags: [Count] = []
    /// Whether there are more tags than ``tags`` has.
    public var hasMoreTags = false
    /// By rating, from 1 to 5.
    public var rating: [Count] = []
    /// Windows without a rating.
    public var unrated = 0
    /// Windows with any flag but `retried`.
    public var flagged = 0
    /// The others.
    public var unflagged = 0
    /// Windows whose caption a person edited.
    public var edited = 0
    /// The others.
    public var unedited = 0
    /// Windows with a preview.
    public var withPreview = 0
    /// The others.
    public var withoutPreview = 0

    /// The most videos and tags that are listed.
    public static let most = 200

    /// Counts of nothing.
    public init() {}
}

/// A plot's numbers: how many windows, or clips, fall into which range.
public struct Histogram: Sendable, Hashable, Codable {
    /// One bar.
    public struct Bar: Sendable, Hashable, Codable {
        /// From where it counts, included.
        public var lower: Double
        /// To where it counts, not included; of the last bar, included.
        public var upper: Double
        /// How many fall into it.
        public var count: Int
        /// How many windows these have: as many as ``count`` where windows are what is counted.
        public var windows: Int
    }

    /// The bars, from left to right, without gaps.
    public var bars: [Bar]
    /// Those of which the number is not known.
    public var unknown: Int
    /// The smallest number; nil without any.
    public var least: Double?
    /// The largest number; nil without any.
    public var most: Double?
    /// The mean; nil without any.
    public var mean: Double?
    /// The number that half of them do not exceed; nil without any.
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
        /// Windows whose answers were written in it, as ``WindowFilter/written``.
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
    public var windowLength: Histogram
    /// Seconds of the windows' clips; each clip is counted once.
    public var clipLength: Histogram
    /// By ``WindowStatus``.
    public var status: [Facets.Count]
    /// Tokens of the models' captions.
    public var tokens: Histogram
    /// Seconds from asking to the whole answer.
    public var secondsPerWindow: Histogram
    /// Sizes of the videos, as `1920x1080`, the most frequent first, up to 50.
    public var resolutions: [Facets.Count]
    /// Words of four letters and more without case and Latin accents, by how many windows have them in the caption that
    /// counts, of up to 5,000 windows at even distances; up to 100 words. With ``WindowFilter/wholeWords`` they are found.
    public var frequentWords: [Facets.Count]
    /// Of how many windows ``frequentWords`` tells: fewer than ``count`` where it is a sample.
    public var windowsReadForWords: Int
    /// The run, by when answers were written.
    public var throughput: [Moment]
}
