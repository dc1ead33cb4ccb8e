import ShotlistCore

/// Paths of subtitles, of which no two are the same.
enum SubtitleNames {
    /// A path for each video: the video's with another extension, or behind its own where two would be one; where that is not
    /// enough, as videos of two inputs have one path, with digits of the path as it was given.
    ///
    /// - Parameters:
    ///   - videos: their paths as they were given, each another, and those that the names are made of.
    ///   - suffix: the extension, without a dot.
    /// - Returns: the paths, in the videos' order.
    static func paths(of videos: [(source: String, path: String)], extension suffix: String) -> [String] {
        var steps = [Int](repeating: 0, count: videos.count)
        while true {
            let paths = zip(videos, steps).map { video, step in name(video, step) }
            let shared = Dictionary(grouping: paths.indices) { Array(paths[$0].utf8) }.values.filter { $0.count > 1 }
            let open = shared.joined().filter { steps[$0] < mostSteps }
            guard !open.isEmpty else { return paths.map { "\($0).\(suffix)" } }
            for index in open { steps[index] += 1 }
        }
    }

    /// With as many steps all digits of the hash are in the name.
    private static let mostSteps = 9

    private static func name(_ video: (source: String, path: String), _ step: Int) -> String {
        switch step {
        case 0: SafePath.withoutExtension(video.path)
        case 1: video.path
        default: "\(video.path).\(ContentHash.sha256(video.source).prefix(8 * (step - 1)))"
        }
    }
}
