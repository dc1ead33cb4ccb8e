import Foundation
import ShotlistCore
import ShotlistEngines

/// Parameters below which a model runs on one thread: its steps are over sooner than threads can share them.
private let smallModel = 50_000_000

/// What is said of a model to load, with a projector or without.
protocol ModelOptions {
    var modelPath: String { get }
    var modelID: String? { get }
    var modelRevision: String? { get }
    var modelPrecision: String? { get }
    var threads: Int? { get }
    var gpuLayers: Int? { get }
    var device: String? { get }
    var batchSize: Int { get }
    /// All files of the model.
    var files: [String] { get }
}

extension ModelOptions {
    /// The number of threads to run a model on.
    ///
    /// - Parameter parameters: the parameters of the text model.
    func threads(forParameters parameters: Int) -> Int {
        threads ?? (parameters < smallModel ? 1 : ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Whether a model is to use flash attention when nothing is said: a small one gains nothing by it, and its answers do
    /// not depend on what shares a run with it.
    func usesFlashAttention(forParameters parameters: Int) -> Bool {
        parameters >= smallModel
    }

    /// Whether two computations with so many threads each need the same processors.
    func sharesProcessors(threads: Int) -> Bool {
        let usesGPU = gpuLayers != 0 && LlamaDevice.all.contains { $0.kind == .gpu }
        return !usesGPU && threads * 2 > ProcessInfo.processInfo.activeProcessorCount
    }

    /// Checks numbers that nobody could mean.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func check() throws(ShotlistError) {
        if let threads, !(1...512).contains(threads) {
            throw ShotlistError(
                .invalidArgument, "A model cannot run on \(threads) threads.",
                remedy: "Give 1 to 512, or leave it out.")
        }
        guard batchSize >= 1 else {
            throw ShotlistError(
                .invalidArgument, "A model cannot answer \(batchSize) at once.", remedy: "Give 1 or more.")
        }
        if let gpuLayers, gpuLayers < 0 {
            throw ShotlistError(
                .invalidArgument, "A model cannot have \(gpuLayers) layers on a GPU.",
                remedy: "Give 0 for none, or leave it out for all.")
        }
    }

    /// What the output says of the model.
    func identity() throws(ShotlistError) -> EngineIdentity {
        let revision =
            if let modelRevision { modelRevision } else { try FileRevision.of(files) }
        return EngineIdentity(
            modelID: modelID ?? URL(fileURLWithPath: modelPath).lastPathComponent, modelRevision: revision,
            modelPrecision: modelPrecision)
    }
}

/// A short name for the content of files.
enum FileRevision {
    /// Bytes of a file that are read from its start and from its end.
    static let sample = 32 << 20
    /// Bytes of each piece that is read between these, and how many there are at most.
    private static let (piece, pieces) = (64 << 10, 256)

    /// 16 characters that change when the files do.
    ///
    /// It hashes each file's size, its first and its last 32 MiB, and 256 pieces of 64 KiB that are spread evenly over the
    /// rest: all of a small file, and of a large one the header and some of every large tensor, so that a model of 16 GB
    /// does not cost a minute at each start. Training and quantisation change every large tensor; a change of a few bytes
    /// between the pieces is not seen.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`) for a file that cannot be read.
    static func of(_ paths: [String]) throws(ShotlistError) -> String {
        var hashes = ""
        for path in paths {
            do {
                hashes += try hash(ofFileAt: path)
            } catch {
                throw ShotlistError(
                    .modelInvalid, "The file '\(path)' cannot be read.", remedy: "Check its permissions.")
            }
        }
        return String(ContentHash.sha256(hashes).prefix(16))
    }

    private static func hash(ofFileAt path: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        let size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        var content = try handle.read(upToCount: sample) ?? Data()
        if size > sample {
            let end = max(sample, size - sample)
            let stride = max(piece, (end - sample) / pieces)
            for offset in Swift.stride(from: sample, to: end, by: stride) {
                try handle.seek(toOffset: UInt64(offset))
                content += try handle.read(upToCount: min(piece, end - offset)) ?? Data()
            }
            try handle.seek(toOffset: UInt64(end))
            content += try handle.read(upToCount: sample) ?? Data()
        }
        return ContentHash.sha256("\(size) \(ContentHash.sha256(content))")
    }
}
