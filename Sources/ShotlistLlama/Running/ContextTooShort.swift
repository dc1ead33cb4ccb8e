import ShotlistCore

/// The error of a prompt that the model's context cannot hold.
enum ContextTooShort {
    /// Says how long the prompt is and which flags make it shorter.
    static func error(promptTokens: Int, visionTokens: Int, limit: Int) -> ShotlistError {
        guard promptTokens - visionTokens < limit else {
            return ShotlistError(
                .contextTooShort,
                "The prompt has \(promptTokens - visionTokens) tokens of text, and the model's context holds \(limit) "
                    + "with the answer.",
                remedy: "Shorten the prompt.")
        }
        return ShotlistError(
            .contextTooShort,
            "The prompt has \(promptTokens) tokens, \(visionTokens) of them video, and the model's context holds "
                + "\(limit) with the answer.",
            remedy:
                "Lower the sampling rate (--captioning-sampling-fps), the window size (--captioning-window-size) or "
                + "the most pixels of a frame (--captioning-max-pixels).")
    }
}
