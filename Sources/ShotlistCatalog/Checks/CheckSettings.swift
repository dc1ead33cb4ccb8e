import Foundation

/// By what the checks go. Another one makes the index anew.
public struct CheckSettings: Sendable, Hashable, Codable {
    /// Captions with fewer words are `short`.
    public var leastWords = 5
    /// Captions with more words are `long`.
    public var mostWords = 400
    /// The language in which captions should be, by its code of two letters (ISO 639-1); nil for any.
    public var language: String? = "en"
    /// Words or phrases that no caption should have, in any case.
    public var bannedWords: [String] = []
    /// With what no caption should begin, in any case, after words such as "the".
    public var openings = CheckSettings.mediumOpenings
    /// How much two captions must share to be `near_duplicate`: the Jaccard index of their runs of three words, 0 to 1.
    public var similarity = 0.8
    /// Captions with fewer words are not compared.
    public var leastWordsCompared = 8

    /// Settings for captions in English.
    public init() {}

    /// Captions that tell of the medium teach a video model that there is one.
    public static let mediumOpenings = [
        "the image shows", "the image depicts", "the image features", "the image captures", "the image presents",
        "the video shows", "the video depicts", "the video features", "the video captures", "the video presents",
        "the video begins", "the video opens", "the video starts", "the clip shows", "the clip depicts",
        "the scene shows", "the scene depicts", "the footage shows", "the footage depicts", "the frame shows",
        "the frames show", "the images show", "this image shows", "this video shows", "this clip shows",
        "this is a video", "this is an image", "in this video", "in this image", "in this clip", "in the video",
        "in the image", "a video of", "an image of", "here is a description", "here is a caption", "sure, here",
    ]
}
