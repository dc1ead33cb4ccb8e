import ShotlistCore

/// What came of all questions about one window.
struct WindowCaptions: Sendable {
    /// The first pass.
    var first: CaptionOutcome
    /// The second; nil when none was asked for, or none made as the first gave no caption.
    var second: CaptionOutcome?
    /// Those of named prompts.
    var named: [String: CaptionOutcome] = [:]

    /// Puts them in their places.
    ///
    /// The window's own caption is the last pass's. When there should be two and one failed, the window has no caption
    /// of its own and its reason says which pass failed; what the first said stays beside it.
    func keep(in window: inout Window, hasTwoPasses: Bool) {
        window.namedCaptions = named
        if hasTwoPasses { window.stage1 = first }
        let last = second ?? first
        window.status = last.status
        window.flags += last.flags
        window.reason = last.reason
        if last.text == nil, hasTwoPasses, let reason = last.reason {
            window.reason = WindowReason(
                code: reason.code,
                message: "The \(second == nil ? "first" : "second") pass failed: \(reason.message)")
        }
        window.caption[last.variant] = last.text
        // A first pass that failed has its record beside it already.
        if second != nil || !hasTwoPasses { window.captionRecord = last.record }
    }
}

extension WindowCaptions {
    /// The captions for a log, each after what was asked.
    var lines: [String] {
        let passes = second.map { [(" (first pass)", first), ("", $0)] } ?? [("", first)]
        let named = named.sorted { $0.key < $1.key }.map { (", '\($0.key)'", $0.value) }
        return (passes + named).compactMap { label, outcome in outcome.text.map { "\(label): \($0)" } }
    }
}
