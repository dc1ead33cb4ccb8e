/// Which bytes of a file a request asks for, as RFC 9110 has it.
enum ByteRange: Sendable, Equatable {
    /// All of it: no range was asked for, or one that may be ignored.
    case all
    /// From the first to the last, both included.
    case part(ClosedRange<Int>)
    /// None of the bytes that there are.
    case unsatisfiable

    /// Reads the `Range` field.
    ///
    /// Several ranges at once are answered with the whole file, which the standard allows: browsers ask for one, and
    /// many small ones would cost more than they bring.
    ///
    /// - Parameter size: the file's bytes.
    init(_ field: String?, size: Int) {
        guard let field, field.lowercased().hasPrefix("bytes="), !field.contains(",") else {
            self = .all
            return
        }
        let ends = field.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            self = .all
            return
        }
        switch (Int(ends[0]), Int(ends[1])) {
        case (nil, let count?) where ends[0].isEmpty:
            // The last bytes of the file.
            self = count > 0 && size > 0 ? .part(max(0, size - count)...(size - 1)) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first...(size - 1)) : .unsatisfiable
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        default:
            self = .all
        }
    }
}
