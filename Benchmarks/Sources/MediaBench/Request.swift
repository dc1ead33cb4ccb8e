import Foundation
import ShotlistCore

/// What is asked of this program.
struct Request: Decodable, Sendable {
    /// To run the pipeline, or to write down which frames it takes.
    enum Work: String, Decodable, Sendable {
        case run, plan
    }

    let work: Work
    /// The folder with the videos.
    let videos: String
    /// Videos are cut into clips of so many seconds; nil takes each as one clip.
    let clipSeconds: Double?
    /// Frames are resized to what Qwen2.5-VL sees; otherwise they stay as NeMo Curator's functions leave them, at the
    /// source's size.
    let resized: Bool?
    /// The type of the frames' values; nil for `float16`.
    let dtype: PreprocessDType?
    /// Each window's own mp4 bytes are made, too.
    let mp4: Bool?
    /// Videos are read in processes of their own, as the command does; otherwise in this one.
    let isolated: Bool?
    /// Where the plan goes.
    let plan: String?

    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Request.self, from: Data(json.utf8))
    }
}
