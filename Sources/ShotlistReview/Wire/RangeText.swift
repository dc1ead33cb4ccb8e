/// A range as addresses have it: `from-to`, both ends included, `from-`, `-to`, or one number.
enum RangeText {
    /// Reads a range; nil for what is none.
    ///
    /// - Parameters:
    ///   - limits: the ends where one is left out.
    ///   - bound: reads an end.
    static func range<Bound: Comparable>(
        _ text: String, within limits: ClosedRange<Bound>, _ bound: (Substring) -> Bound?
    ) -> ClosedRange<Bound>? {
        if let number = bound(text[...]), isFinite(number), number >= limits.lowerBound { return number...number }
        // Numbers may have a dash of their own, such as 5e-07: the ends are parted by the first one that leaves two.
        for dash in text.indices where text[dash] == "-" && text.count > 1 {
            let (from, to) = (text[..<dash], text[text.index(after: dash)...])
            guard let lower = from.isEmpty ? limits.lowerBound : bound(from),
                let upper = to.isEmpty ? limits.upperBound : bound(to), isFinite(lower), isFinite(upper)
            else { continue }
            return lower <= upper ? lower...upper : nil
        }
        return nil
    }

    private static func isFinite(_ number: some Comparable) -> Bool {
        (number as? Double)?.isFinite ?? true
    }
}
