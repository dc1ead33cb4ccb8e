internal import ShotlistDatabase

/// How a ledger's commits went together.
public struct LedgerStatistics: Sendable, Hashable {
    /// Transactions, each of which waited for the disk once.
    public var transactions = 0
    /// Calls that committed in them.
    public var commits = 0
    /// The most calls that shared a transaction.
    public var largestGroup = 0
    /// Calls that share the transaction that is under way now.
    public var underWay = 0
    /// Calls that wait for the next one.
    public var waiting = 0

    /// Statistics of nothing.
    public init() {}

    init(_ group: GroupStatistics) {
        transactions = group.transactions
        commits = group.writes
        largestGroup = group.largestGroup
        underWay = group.underWay
        waiting = group.waiting
    }
}
