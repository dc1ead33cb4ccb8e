import Foundation
import NIOPosix
import ShotlistCore
import ShotlistEngines
import ShotlistMedia

/// Captions windows on servers that speak OpenAI's API.
///
/// Windows are spread over all servers and each is kept as full as answers come fastest. Further questions about a window go
/// to the server that has seen it, as long as it can be asked, since its cache has the video.
public final class FleetEngine: CaptionEngine {
    public let identity: EngineIdentity
    private let members: FleetMembers
    private let form: MediaForm
    private let options: FleetOptions
    private let folder: SharedFolder?
    private let frameSizing: FrameSizing
    private let waiting: WaitingFiles

    private init(
        members: FleetMembers, server: KnownServer, options: FleetOptions, variant: ModelVariant, folder: SharedFolder?,
        waiting: WaitingFiles
    ) {
        self.members = members
        self.options = options
        form = options.media ?? server.media ?? .frames
        frameSizing = variant.frameSizing
        self.folder = folder
        self.waiting = waiting
        identity = EngineIdentity(modelID: server.model, modelRevision: "as served")
    }

    /// Looks at the servers, and waits until one of them can be asked.
    ///
    /// - Parameters:
    ///   - variant: what is captioned for.
    ///   - knownNames: names under which the variant's checkpoint may be served.
    ///   - maxOutputTokens: the most tokens of a caption.
    ///   - onNotice: told in a sentence what the person at the terminal should know.
    /// - Throws: ``ShotlistError``: `endpoint_refused`, `not_available`, `context_too_short` or `invalid_argument` when a server
    ///   cannot serve this run; `endpoints_down` when none was there in time. `CancellationError`.
    public static func connect(
        _ options: FleetOptions, variant: ModelVariant, knownNames: [String], maxOutputTokens: Int,
        onNotice: @escaping @Sendable (String) -> Void
    ) async throws -> FleetEngine {
        // A quality that no encoder takes is told before a server is asked.
        _ = try JPEGEncoder(quality: options.jpegQuality)
        let folder = options.media == .file ? try SharedFolder(options.mediaFolder) : nil
        var members: FleetMembers?
        do {
            let met = try FleetMembers(
                options: options, need: .frames(options.media),
                shows: FleetMembers.Shown(variant: variant, folder: folder), knownNames: knownNames,
                maxOutputTokens: maxOutputTokens, onNotice: onNotice)
            members = met
            try await met.gather()
            guard let server = met.anyServer else {
                throw ShotlistError(.internalFailure, "A fleet came together without a server.")
            }
            let waiting = WaitingFiles(
                limit: options.mostWaitingBytes, folder: options.waitingFolder, onNotice: onNotice)
            return FleetEngine(
                members: met, server: server, options: options, variant: variant, folder: folder, waiting: waiting)
        } catch {
            await members?.shutDown()
            folder?.close()
            throw error
        }
    }

    public var mediaForm: String? {
        switch form {
        case .frames, .images: "\(form.rawValue), JPEG of \(options.jpegQuality)"
        case .mp4, .file: form.rawValue
        }
    }

    public var encoder: WindowEncoding? {
        { [form, options, waiting] input in
            guard input.encoded == nil else { return input }
            switch form {
            case .frames, .images:
                let encoder = try JPEGEncoder(quality: options.jpegQuality)
                return input.encoded(as: waiting.keep(try input.modelFrames.map { try encoder.encode($0) }))
            case .mp4, .file:
                guard let mp4 = try input.mp4Source?() else {
                    throw ShotlistError(
                        .notAvailable, "This window has no video file to send.", remedy: "Use --endpoint-media frames.")
                }
                return input.encoded(
                    as: waiting.keep([mp4]), isSampledElsewhere: true, filesHash: ContentHash.sha256(mp4))
            }
        }
    }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        let question = CaptionQuestion(
            prompt: request.input.prompt, sampling: request.sampling, maxOutputTokens: request.maxOutputTokens)
        let answer = try await withWindow(request.input, asksAgain: false) { try await $0.answer(question) }
        guard !answer.text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return answer
    }

    public func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool,
        _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result {
        let encoded: WindowInput
        if input.encoded != nil {
            encoded = input
        } else if let encoder {
            encoded = try await NIOThreadPool.singleton.runIfActive { try encoder(input) }
        } else {
            encoded = input
        }
        let file = try await share(encoded)
        defer { file.map { folder?.remove($0) } }
        return try await body(
            FleetWindow(
                input: encoded, file: file, members: members,
                visionTokens: form.isSampledByServer
                    ? 0 : frameSizing.visionTokens(of: encoded.resizedSize, frames: encoded.frameIndices.count)))
    }

    /// Puts a window's file where servers see it; its path.
    private func share(_ input: WindowInput) async throws -> String? {
        guard let folder, let file = input.encoded?.files.first else { return nil }
        return try await NIOThreadPool.singleton.runIfActive { try folder.write(try file.read(0..<file.count)) }
    }

    public var statistics: EngineStatistics? {
        EngineStatistics(servers: members.statistics)
    }

    /// Fails all questions, those to come as well: no server will answer any more.
    func surrender(to error: ShotlistError) {
        members.fleet.surrender(to: error)
    }

    public func shutDown() async {
        await members.shutDown()
        folder?.close()
    }
}
