import Foundation

/// What is asked, and of whom.
struct Plan: Decodable, Sendable {
    /// The servers' addresses.
    let endpoints: [String]
    /// A folder with the JPEG files of one window; every window has these.
    let frames: String
    /// How many windows there are; nil to go on until the time is over.
    let windows: Int?
    /// For how long windows are asked about; nil for as long as there are any.
    let seconds: Double?
    /// Windows that are asked about at once.
    let inFlight: Int
    /// Requests that one server has at most.
    let requestsPerEndpoint: Int
    /// Windows before those that are counted.
    let warmUp: Int?
    /// A file with the same frames as they are before they are encoded, 448x224: each window is then encoded by itself, as
    /// in a run.
    let pixels: String?
    /// Whether servers answer with the window's number.
    let echoes: Bool?
    /// Seconds that one request may take.
    let timeout: Double?

    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Plan.self, from: Data(json.utf8))
    }
}
