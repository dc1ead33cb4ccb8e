import ShotlistCore

/// The sizes of a vision tower that say how much memory it works in.
struct VisionShape: Sendable, Hashable {
    /// Width of a patch's embedding.
    var width: Int
    /// Width of the feed-forward network.
    var feedForward: Int
    /// Pixels along each side of a patch.
    var patch: Int
    /// Patches along each side of a token.
    var merge: Int
    /// Width of the text model's embeddings.
    var projected: Int
    /// Whether a mask over all pairs of patches is made for windows of attention.
    var hasWindows: Bool
    /// The side of the square that every frame is stretched to, for a tower with one table of positions.
    var fixedSide: Int?

    /// Reads them from the header of a projector.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`) when the header lacks one.
    init(_ file: GGUFFile) throws(ShotlistError) {
        func number(_ key: String) throws(ShotlistError) -> Int {
            if let number = file.number("clip.vision.\(key)") { return number }
            throw ShotlistError(
                .modelInvalid, "The projector '\(file.path)' does not say its \(key).",
                remedy: "Give a file made by llama.cpp's converter.")
        }
        width = try number("embedding_length")
        feedForward = try number("feed_forward_length")
        patch = max(try number("patch_size"), 1)
        projected = try number("projection_dim")
        merge =
            file.number("clip.vision.spatial_merge_size") ?? file.number("clip.vision.projector.scale_factor") ?? 2
        hasWindows = (file.number("clip.vision.n_wa_pattern") ?? 0) > 0
        let type = file.text("clip.projector_type") ?? file.text("clip.vision.projector_type")
        fixedSide = type == "nemotron_v2_vl" ? try number("image_size") : nil
    }

    /// Patches of a frame, or of a pair of them that is encoded as one.
    func patches(of frame: PixelSize) -> Int {
        if let fixedSide { return Amount.product(fixedSide / patch, fixedSide / patch) }
        return Amount.product(frame.width / patch, frame.height / patch)
    }
}
