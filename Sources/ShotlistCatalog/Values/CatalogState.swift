import ShotlistCore

/// By what whoever shows a catalog knows that something is new, or amiss.
public struct CatalogState: Sendable, Hashable {
    /// Grows by one with each change of anyone, a bulk one counting once, also through another catalog of the same output.
    public var changes = 0
    /// Another number whenever windows came, changed or went, whichever catalog of the output took them in.
    public var looks = 0
    /// Records that cannot be read, or not in whole.
    public var unreadable = 0
    /// One of them, by its file's name, with the reason.
    public var example: Example?
    /// Windows with which people did something, and that no record tells of.
    public var reviewsWithoutWindow = 0

    /// A record and what is wrong with it.
    public struct Example: Sendable, Hashable {
        /// The file's name.
        public var name: String
        /// The reason, as the end of a sentence.
        public var problem: String
    }

    /// What people have to be told, in sentences; empty when nothing is amiss.
    public var sentences: [String] {
        var sentences: [String] = []
        if unreadable > 0, let example {
            let count = unreadable == 1 ? "1 record" : "\(unreadable) records"
            sentences.append(
                "\(count) cannot be read in whole, such as '\(example.name.printable)': \(example.problem.printable).")
        }
        if reviewsWithoutWindow > 0 {
            let count = reviewsWithoutWindow == 1 ? "1 window" : "\(reviewsWithoutWindow) windows"
            sentences.append(
                "What people did with \(count) is kept, and no record has them: the videos were cut otherwise, or the"
                    + " input folder was given by another name.")
        }
        return sentences
    }
}
