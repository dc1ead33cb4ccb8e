import ShotlistCore

/// The files of a repository as they are told, page by page: each once, and not more than can be counted.
struct HubListing {
    /// The files, in the order in which they came.
    private(set) var files: [HubFile] = []
    private var byPath: [String: HubFile] = [:]
    private var bytes = 0

    /// Takes a file whose size is one of ``HubFile/sizes``; one that came before, just so, is left out.
    ///
    /// - Throws: ``ShotlistError`` (`model_download_failed`) for two files of one path, and for more bytes than there
    ///   are.
    mutating func add(_ file: HubFile, of repository: HubRepository) throws {
        if let other = byPath.updateValue(file, forKey: file.path) {
            guard other == file else {
                throw ShotlistError(
                    .modelDownloadFailed, "'\(repository)' lists '\(file.path)' twice, with other contents.",
                    remedy: "Do not use this repository, or set HF_ENDPOINT to another hub.")
            }
            return
        }
        bytes += file.size
        guard HubFile.sizes.contains(bytes) else {
            throw ShotlistError(
                .modelDownloadFailed,
                "'\(repository)' lists files of more than \(ByteCount.text(HubFile.sizes.upperBound)) together.",
                remedy: "Do not use this repository, or set HF_ENDPOINT to another hub.")
        }
        files.append(file)
    }
}
