import Foundation

/// The numbers of a record that can be: what is beyond them is a field that is not there, so that sums, products and quotients
/// of what is kept are numbers as well.
enum RecordNumbers {
    /// Frames a second; 0 for what no camera and no time-lapse has.
    static func rate(_ rate: Double) -> Double {
        (0.001...100_000).contains(rate) ? rate : 0
    }

    /// A place in a video, in seconds: thirty years at most.
    static func time(_ number: NSNumber?) -> Double? {
        (number?.doubleValue).flatMap { abs($0) <= 1e9 ? $0 : nil }
    }

    /// How long something took, in seconds. What is less than a clock tells is 0.
    static func seconds(_ seconds: Double?) -> Double? {
        seconds.flatMap { (0...1e9).contains($0) ? ($0 < 1e-6 ? 0 : $0) : nil }
    }

    /// A picture's side, in pixels; 0 where it is not known.
    static func side(_ side: Int?) -> Int {
        side.flatMap { (0...1 << 20).contains($0) ? $0 : nil } ?? 0
    }

    /// Tokens of one request.
    static func tokens(_ tokens: Int?) -> Int? {
        tokens.flatMap { (0...1 << 32).contains($0) ? $0 : nil }
    }
}
