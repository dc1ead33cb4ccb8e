import CoreMetrics
import ShotlistCore

/// Counts and measures a run through swift-metrics.
///
/// Every number that `summary.json` has, too, is counted where the summary counts it, and by the same rules.
struct RunMetrics: Sendable {
    /// Where windows are.
    let places: WindowPlaces
    /// Measures the decoding of windows.
    let decodeSeconds: CoreMetrics.Timer
    /// Measures the drawing of previews.
    let previewSeconds: CoreMetrics.Timer
    private let enhancementSeconds: CoreMetrics.Timer
    private let captionSeconds: [RunSummary.Question: CoreMetrics.Timer]
    private let factory: any MetricsFactory

    /// Makes the metrics. Those whose labels are known are there from the beginning, at 0, so that a dashboard sees the
    /// first of each kind.
    init(_ factory: any MetricsFactory) {
        self.factory = factory
        func timer(_ metric: RunMetric, _ dimensions: [(String, String)] = []) -> CoreMetrics.Timer {
            CoreMetrics.Timer(
                label: metric.rawValue, dimensions: dimensions, preferredDisplayUnit: .seconds, factory: factory)
        }
        places = WindowPlaces { place in
            Meter(
                label: RunMetric.windowsUnderWay.rawValue, dimensions: [("place", place.rawValue)], factory: factory)
        }
        decodeSeconds = timer(.decodeSeconds)
        previewSeconds = timer(.previewSeconds)
        enhancementSeconds = timer(.enhancementSeconds)
        captionSeconds = RunSummary.Question.allCases.reduce(into: [:]) { timers, question in
            timers[question] = timer(.captionSeconds, [("question", question.rawValue)])
        }
        for status in WindowStatus.allCases {
            add(0, to: .windows, [("status", status.rawValue)])
            add(0, to: .enhancements, [("status", status.rawValue)])
        }
        for status in [WindowStatus.success, .error] {
            add(0, to: .previews, [("status", status.rawValue)])
            add(0, to: .videos, [("status", status.rawValue)])
        }
        for status in [WindowStatus.success, .skipped] { add(0, to: .clips, [("status", status.rawValue)]) }
        add(0, to: .clipsWithErrors)
        add(0, to: .windowsKept)
        addTokens(of: RunSummary())
    }

    /// The run has found so many videos.
    func found(videos: Int) {
        Meter(label: RunMetric.videosFound.rawValue, factory: factory).set(videos)
    }

    /// A window is done.
    ///
    /// - Parameters:
    ///   - known: what of it an earlier run had done.
    ///   - hasPreview: whether one was drawn and written.
    func count(_ window: Window, known: KnownWork = .nothing, hasPreview: Bool) {
        if hasPreview { add(1, to: .previews, [("status", WindowStatus.success.rawValue)]) }
        places.left(window)
        guard known != .answer else { return countKept(windows: 1) }
        // The summary's own arithmetic, so that the two agree.
        var sum = RunSummary()
        sum.add(window, known: known)
        for (status, count) in sum.statuses { add(count, to: .windows, [("status", status)]) }
        for (reason, count) in sum.reasons { add(count, to: .windowReasons, [("reason", reason)]) }
        add(sum.previewsFailed, to: .previews, [("status", WindowStatus.error.rawValue)])
        if let enhancement = window.enhancementRecord {
            add(1, to: .enhancements, [("status", enhancement.status.rawValue)])
        }
        addTokens(of: sum)
    }

    /// Windows that an earlier run had done.
    func countKept(windows: Int) {
        add(windows, to: .windowsKept)
    }

    /// A clip is written.
    func count(_ clip: FinishedClip) {
        var sum = RunSummary()
        sum.add(clip)
        add(1, to: .clips, [("status", clip.status.rawValue)])
        add(sum.clipsWithErrors, to: .clipsWithErrors)
    }

    /// A video is done with.
    func count(_ video: FinishedVideo) {
        let status = video.error == nil ? WindowStatus.success : .error
        add(1, to: .videos, [("status", status.rawValue)])
    }

    /// The engine has answered what was asked about a window.
    func measureCaptions(of window: Window) {
        func measure(_ record: CaptionRecord?, as question: RunSummary.Question) {
            guard let record else { return }
            captionSeconds[question]?.recordSeconds(record.seconds)
        }
        measure(window.captionRecord, as: .caption)
        measure(window.stage1?.record, as: .stage1)
        for outcome in window.namedCaptions.values { measure(outcome.record, as: .named) }
    }

    /// The text engine has answered about a window's caption.
    func measureEnhancement(of window: Window) {
        guard let answer = window.enhancementRecord?.answer else { return }
        enhancementSeconds.recordSeconds(answer.seconds)
    }

    private func addTokens(of sum: RunSummary) {
        add(sum.promptTokens, to: .promptTokens)
        add(sum.computedPromptTokens, to: .computedPromptTokens)
        add(sum.outputTokens, to: .outputTokens)
        add(sum.discardedOutputTokens, to: .discardedOutputTokens)
        add(sum.enhancementPromptTokens, to: .enhancementPromptTokens)
        add(sum.computedEnhancementPromptTokens, to: .computedEnhancementPromptTokens)
        add(sum.enhancementOutputTokens, to: .enhancementOutputTokens)
    }

    /// Counts; a backend gives the same counter for the same labels.
    private func add(_ count: Int, to metric: RunMetric, _ dimensions: [(String, String)] = []) {
        Counter(label: metric.rawValue, dimensions: dimensions, factory: factory).increment(by: count)
    }
}

extension CoreMetrics.Timer {
    /// Measures how long `body` takes, also when it throws.
    func measure<Value>(_ body: () throws -> Value) rethrows -> Value {
        let start = ContinuousClock.now
        defer {
            let seconds: Double = (ContinuousClock.now - start) / .seconds(1)
            recordSeconds(seconds)
        }
        return try body()
    }
}
