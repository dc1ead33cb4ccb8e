import ShotlistStorage

/// An output in a bucket.
struct RemoteOutput: Sendable {
    /// What everything is written below.
    let location: S3Location
    let bucket: S3Bucket
    /// The folder on this machine that holds the ledger of what is made here.
    let workFolder: String
    let copyInterval: Duration
    /// What is made here.
    var share = OutputShare.whole

    /// What only this process writes below: its lock and the copy of its ledger, as an output has them.
    var own: S3Location { share.folder.map { location.appending($0) } ?? location }

    /// Whether this process merges what parts have made.
    var merges = false

    /// What keeps that this process's own.
    ///
    /// - Parameter wantsCopy: whether somebody waits for a copy of the ledger.
    func copy(
        _ pool: BlockingPool, wantsCopy: @escaping @Sendable () -> Bool = { false },
        report: @escaping @Sendable (RunEvent) -> Void
    ) -> LedgerCopy {
        LedgerCopy(
            bucket: bucket, output: own, isOfPart: share != .whole, workFolder: workFolder, interval: copyInterval,
            pool: pool,
            wantsCopy: wantsCopy,
            refuseOthers: refuseOthers, report: report)
    }

    /// Throws where one is at work that must not be at the same time: beside the whole output none of its parts, and beside a
    /// part nobody that works on the whole. Each looks after it has said that it is there, so that one of two sees the other.
    private func refuseOthers() async throws {
        guard share == .whole else {
            return try await RunLease(bucket: bucket, output: location, interval: copyInterval)
                .refuseHeld(removesGone: true)
        }
        let parts = RemoteParts(self)
        if merges {
            try await parts.refuseHeld(parts.pieces(), removesGone: true)
        } else {
            try await parts.refuseUnmerged(removesGone: true)
        }
    }
}
