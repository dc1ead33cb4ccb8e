import ShotlistCore

/// Ranges as options have them: `4`, `3-5`, `4-` or `-5`, both ends included.
enum RangeText {
    /// What stands for an end that is left out, and the largest number that is taken.
    private static let most = 1e15

    /// A range of whole numbers.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is no range, naming the option.
    static func integers(_ text: String, _ option: String) throws(ShotlistError) -> ClosedRange<Int> {
        let range = try measures(text, option)
        let lower = Int(range.lowerBound.rounded(.up))
        guard lower <= Int(range.upperBound) else { throw refusal(text, option) }
        return lower...Int(range.upperBound)
    }

    /// A range of numbers from 0 on.
    ///
    /// - Throws: ``ShotlistError``, as ``integers(_:_:)``.
    static func measures(_ text: String, _ option: String) throws(ShotlistError) -> ClosedRange<Double> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.map { $0.isEmpty ? nil : Double($0) }
        let isSound = zip(parts, numbers).allSatisfy { part, number in
            part.isEmpty ? parts.count == 2 : (number.map { (0...most).contains($0) } ?? false)
        }
        let (lower, upper) = ((numbers.first ?? nil) ?? 0, (numbers.last ?? nil) ?? most)
        guard isSound, (1...2).contains(parts.count), text != "-", lower <= upper else { throw refusal(text, option) }
        return lower...upper
    }

    private static func refusal(_ text: String, _ option: String) -> ShotlistError {
        ShotlistError(
            .invalidArgument, "\(option) is '\(text.printable)', which is no range.",
            remedy: "Give a number, or two with a dash between them, such as 3-5, 3- or -5.")
    }
}
