/// A caption's signature, by which captions that say nearly the same are found among many (Broder, "On the resemblance and
/// containment of documents", 1997; bands as in Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4).
///
/// Of the runs of three words each of 30 hash functions keeps the least value; six of these make a band. Two captions that
/// share 80 % of their runs share a band in 78 % of cases, with 90 % in 98 %, with 50 % in 8 %; those that share one are then
/// compared by their runs themselves (``similarity(to:)``).
struct MinHash: Sendable {
    private static let bandCount = 5
    private static let rows = 6

    /// Hashes of the runs of three words, sorted, each once.
    let runs: [UInt64]

    init(_ words: CaptionWords) {
        let hashes = words.words.map { Self.hash($0.utf8) }
        guard hashes.count >= 3 else {
            runs = []
            return
        }
        let all = (0...hashes.count - 3).map { start in
            hashes[start..<start + 3].reduce(UInt64(0x9e37_79b9_7f4a_7c15)) { Self.mixed(($0 &* 31) ^ $1) }
        }
        runs = Array(Set(all)).sorted()
    }

    /// The bands, each with its number in it; none of a caption without runs.
    var bands: [Int64] {
        guard !runs.isEmpty else { return [] }
        return (0..<Self.bandCount).map { band in
            var sum = UInt64(band + 1)
            for row in 0..<Self.rows {
                let seed = Self.mixed(UInt64(band * Self.rows + row + 1))
                let least = runs.reduce(UInt64.max) { min($0, Self.mixed($1 ^ seed)) }
                sum = Self.mixed((sum &* 31) ^ least)
            }
            return Int64(bitPattern: sum)
        }
    }

    /// The Jaccard index of the runs: those that both have among those that any has.
    func similarity(to other: MinHash) -> Double {
        guard !runs.isEmpty, !other.runs.isEmpty else { return 0 }
        var (one, two, shared) = (0, 0, 0)
        while one < runs.count, two < other.runs.count {
            if runs[one] == other.runs[two] {
                shared += 1
                one += 1
                two += 1
            } else if runs[one] < other.runs[two] {
                one += 1
            } else {
                two += 1
            }
        }
        return Double(shared) / Double(runs.count + other.runs.count - shared)
    }

    /// FNV-1a (Fowler, Noll, Vo): the same in every process, which Swift's own hashes are not.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The finisher of SplitMix64 (Steele, Lea, Flood, 2014).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
