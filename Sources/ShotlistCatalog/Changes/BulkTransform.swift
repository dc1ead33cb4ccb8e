import Foundation
import ShotlistCore

/// A bulk change, window by window.
struct BulkTransform {
    private let change: BulkChange
    private let pattern: CaptionPattern?

    /// - Throws: ``ShotlistError``: `filter_invalid`, `invalid_argument`.
    init(_ change: BulkChange, isCancelled: @escaping () -> Bool) throws(ShotlistError) {
        switch change {
        case .replace(let find, let with, let isRegex, let matchesCase):
            pattern = try CaptionPattern(
                find: find, with: ReviewState.whole(with), isRegex: isRegex, matchesCase: matchesCase,
                isCancelled: isCancelled)
            self.change = change
        case .prefix(let words):
            pattern = nil
            self.change = .prefix(try ReviewState.whole(words))
        case .suffix(let words):
            pattern = nil
            self.change = .suffix(try ReviewState.whole(words))
        case .addTag(let tag), .removeTag(let tag):
            guard let tag = try ReviewState.tags([tag]).first else {
                throw ShotlistError(.invalidArgument, "A tag has a name.")
            }
            pattern = nil
            if case .addTag = change {
                try ReviewState.checkNewTag(tag)
                self.change = .addTag(tag)
            } else {
                self.change = .removeTag(tag)
            }
        case .decision, .revert:
            pattern = nil
            self.change = change
        }
    }

    /// Whether a step takes so little that it can be made while others wait for the file. A regular expression may take half
    /// a second.
    var isFast: Bool { pattern == nil }

    /// A window before and after.
    struct Step {
        let state: ReviewState
        let before: String
        let after: String
    }

    /// What becomes of a window; nil when nothing does.
    ///
    /// Only a decision judges windows anew: who puts a word before 10,000 captions has not looked at what was approved of
    /// them.
    func step(_ window: BulkPlan.Window) throws(ShotlistError) -> Step? {
        let (state, content) = (window.state, window.content)
        guard let step = try changed(state, best: window.best, isStale: state.isStale(content)) else { return nil }
        var renews = false
        if case .decision(let decision) = change { renews = decision != .none }
        return Step(
            state: step.state.made(of: content, after: state, renews: renews), before: step.before, after: step.after)
    }

    private func changed(_ state: ReviewState, best: String?, isStale: Bool) throws(ShotlistError) -> Step? {
        var after = state
        let shown = state.caption ?? best
        switch change {
        case .replace, .prefix, .suffix:
            // A window without a caption gets none of a few words around nothing.
            guard let shown, !shown.isEmpty, let words = try replaced(shown), words != shown else { return nil }
            // Words that are the model's as well stay an edit: there was one, or they would be no change.
            after.caption = try ReviewState.whole(words)
            return Step(state: after, before: shown, after: words)
        case .revert:
            guard state.caption != nil else { return nil }
            after.caption = nil
            return Step(state: after, before: shown ?? "", after: best ?? "")
        case .decision(let decision):
            after.decision = decision
            guard decision == state.decision else {
                return Step(state: after, before: state.decision.rawValue, after: decision.rawValue)
            }
            // The same once more says that it is meant of what the window is now.
            guard isStale, decision != .none else { return nil }
            return Step(
                state: after, before: "\(decision.rawValue), of what it was",
                after: "\(decision.rawValue), of what it is")
        case .addTag(let tag):
            after.tags = try ReviewState.tags(state.tags + [tag])
        case .removeTag(let tag):
            after.tags.removeAll { $0 == tag }
        }
        guard after.tags != state.tags else { return nil }
        return Step(
            state: after, before: state.tags.joined(separator: ", "), after: after.tags.joined(separator: ", "))
    }

    private func replaced(_ caption: String) throws(ShotlistError) -> String? {
        switch change {
        case .prefix(let words): caption.hasPrefix(words) ? nil : words + caption
        case .suffix(let words): caption.hasSuffix(words) ? nil : caption + words
        default: try pattern?.replacing(in: caption)
        }
    }
}
