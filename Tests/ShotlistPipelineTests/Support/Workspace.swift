import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Testing

/// A folder of a test's own, removed when the test ends.
final class Workspace {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "shotlist-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: videos, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    var videos: URL { root.appending(path: "videos", directoryHint: .isDirectory) }
    var output: URL { root.appending(path: "out", directoryHint: .isDirectory) }

    /// Real footage that `make test` fetched.
    static func footage(_ name: String) throws -> URL {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = repository.appending(path: ".deps/footage/\(name).mp4")
        try #require(FileManager.default.fileExists(atPath: file.path), "run `make footage` first")
        return file
    }

    /// Puts real footage below the videos.
    func add(_ name: String, as path: String) throws {
        try add(Self.footage(name), as: path)
    }

    /// Puts a file below the videos.
    func add(_ file: URL, as path: String) throws {
        let target = videos.appending(path: path)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: file, to: target)
    }

    /// Puts bytes below the videos.
    func add(_ bytes: Data, as path: String) throws {
        let target = videos.appending(path: path)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: target)
    }

    /// A file of the output, parsed.
    func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: output.appending(path: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Every file below the output, by path, sorted; folders are left out, and the ledger with its lock.
    func outputFiles() -> [String] {
        guard let paths = FileManager.default.enumerator(atPath: output.path) else { return [] }
        return paths.compactMap { $0 as? String }.filter { path in
            guard !path.hasPrefix(".shotlist/ledger.sqlite"), path != ".shotlist/lock" else { return false }
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: output.appending(path: path).path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }.sorted()
    }

    /// The windows of the first clip's record.
    func windows() throws -> [[String: Any]] {
        let meta = try json("metas/v0/\(try #require(clipNames().first)).json")
        return try #require(meta["windows"] as? [[String: Any]])
    }

    /// The ids of the clips that have a record.
    func clipNames() -> [String] {
        outputFiles().filter { $0.hasPrefix("metas/v0/") }.map { String($0.dropFirst(9).dropLast(5)) }
    }
}

/// A pipeline over a workspace with a scripted engine.
struct Run {
    /// What is read; nil for the workspace's videos.
    var inputVideoPath: String?
    var splitter: any SplittingStage
    var encoder: ClipTranscodingStage?
    var promptText: String?
    var windowSize = 256
    var remainderThreshold = 128
    var dtype = PreprocessDType.float16
    var modelDoesPreprocess = false
    var preview: PreviewStage?
    var extra: [any WindowStage] = []
    var dryRun = false
    var uploadClips = true
    var batchSize = 4
    /// Whether windows are captioned.
    var isCaptioned = true
    var stage2 = false
    var stage2Text: String?
    var namedPrompts: [NamedPrompt] = []
    var seed = 0
    var retryFlagged = 0
    var disableMMCache = false
    var answer: @Sendable (CaptionRequest) async throws -> CaptionAnswer = { _ in .saying("a caption") }
    /// In place of an engine that says ``answer``.
    var engine: (any CaptionEngine)?
    /// Makes an engine in place of ``engine``, each time that one is asked for.
    var makeEngine: EngineFactory?
    var enhancement: CaptionEnhancementStage?
    /// What a run does with what an earlier one in the workspace has done; most tests mean each of their runs.
    var resume = ResumePolicy.anew
    /// In place of the workspace's folders.
    var reader: (any SourceStage)?
    var writer: ClipWriterStage?

    init() throws {
        splitter = try FixedStrideExtractorStage()
        preview = try PreviewStage()
        encoder = try ClipTranscodingStage(encoder: .copy)
    }

    /// A run over one short window of real footage and nothing else, put into the workspace.
    static func overOneWindow(of workspace: Workspace) throws -> Run {
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 1, clipStrideS: 1, minClipLengthS: 0, limitClips: 1)
        run.preview = nil
        run.encoder = nil
        return run
    }

    /// The pipeline's stages.
    func pipeline(_ workspace: Workspace) throws -> Pipeline {
        var pipeline = Pipeline(name: "test")
        func add(_ stage: some Stage) { pipeline.addStage(stage) }
        let folderReader = try VideoReader(inputVideoPath: inputVideoPath ?? workspace.videos.path)
        if let reader { add(reader) } else { add(folderReader) }
        add(splitter)
        if let encoder { add(encoder) }
        add(
            try CaptionPreparationStage(
                promptText: promptText, windowSize: windowSize, remainderThreshold: remainderThreshold,
                modelDoesPreprocess: modelDoesPreprocess, preprocessDType: dtype))
        if let preview { add(preview) }
        for stage in extra { add(stage) }
        let engine: any CaptionEngine = engine ?? ScriptedEngine(answer: answer)
        let generation = try CaptionGenerationStage(
            captionBatchSize: batchSize, modelDoesPreprocess: modelDoesPreprocess, disableMMCache: disableMMCache,
            generateStage2Caption: stage2, stage2PromptText: stage2Text, namedPrompts: namedPrompts, seed: seed,
            retryFlagged: retryFlagged, engine: makeEngine ?? { _ in engine })
        if isCaptioned { add(generation) }
        if let enhancement { add(enhancement) }
        let folder = ClipWriterStage(outputPath: workspace.output.path, uploadClips: uploadClips, dryRun: dryRun)
        add(writer ?? folder)
        return pipeline
    }

    /// Runs it.
    @discardableResult
    func callAsFunction(
        on workspace: Workspace, onEvent: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunSummary {
        try await pipeline(workspace).run(options: RunOptions(threads: 2, resume: resume, onEvent: onEvent))
    }
}

extension CaptionAnswer {
    /// An answer of these words.
    static func saying(
        _ text: String, finishReason: CaptionRecord.FinishReason = .stop, outputTokens: Int = 5, server: String? = nil
    ) -> CaptionAnswer {
        CaptionAnswer(
            text: text, finishReason: finishReason, promptTokens: 100, visionTokens: 80, outputTokens: outputTokens,
            server: server)
    }
}

extension TextAnswer {
    /// An answer of these words.
    static func saying(
        _ text: String, finishReason: CaptionRecord.FinishReason = .stop, outputTokens: Int = 7
    ) -> TextAnswer {
        TextAnswer(text: text, finishReason: finishReason, promptTokens: 30, outputTokens: outputTokens)
    }
}
