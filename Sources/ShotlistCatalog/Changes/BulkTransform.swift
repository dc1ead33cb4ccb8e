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

    /// A window before and after.
    struct Step {
        let state: ReviewState
        let before: String
        let after: String
    }

    /// What becomes of a window; nil when nothing does.
    ///
    /// - Parameter best: the model's caption that counts.
    func step(_ state: ReviewState, best: String?) throws(ShotlistError) -> Step? {
        var after = state
        let shown = state.caption ?? best
        switch change {
        case .replace, .prefix, .suffix:
            // A window without a caption gets none of a few words around nothing.
            guard let shown, !shown.isEmpty, let words = try replaced(shown), words != shown else { return nil }
            after.caption = try words == best ? nil : ReviewState.whole(words)
            return Step(state: after, before: shown, after: words)
        case .revert:
            guard state.caption != nil else { return nil }
            after.caption = nil
            return Step(state: after, before: shown ?? "", after: best ?? "")
        case .decision(let decision):
            guard decision != state.decision else { return nil }
            after.decision = decision
            return Step(state: after, before: state.decision.rawValue, after: decision.rawValue)
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
