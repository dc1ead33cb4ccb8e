import ShotlistStorage

/// An output in a bucket.
struct RemoteOutput: Sendable {
    let location: S3Location
    let bucket: S3Bucket
    /// The folder on this machine that holds its ledger.
    let workFolder: String
    let copyInterval: Duration

    /// What keeps the output one for a run.
    func copy() -> LedgerCopy {
        LedgerCopy(bucket: bucket, output: location, workFolder: workFolder, interval: copyInterval)
    }
}
