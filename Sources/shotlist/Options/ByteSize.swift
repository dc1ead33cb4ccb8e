import ShotlistCore

/// Numbers of bytes as people write them.
enum ByteSize {
    /// A number of bytes, or with K, M, G or T behind it, of thousands of them and so on.
    ///
    /// - Parameter option: the flag that it was given with, for the sentence.
    static func bytes(_ text: String, of option: String) throws(ShotlistError) -> Int {
        let units: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number >= 0,
            number * (unit ?? 1) <= 1e18
        else {
            throw ShotlistError(
                .invalidArgument, "\(option) is '\(text)', which is no size.",
                remedy: "Give a number of bytes, or one with K, M, G or T behind it, such as 500M.")
        }
        return Int(number * (unit ?? 1))
    }
}
