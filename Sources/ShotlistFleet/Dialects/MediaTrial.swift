import Foundation
import ShotlistCore
import ShotlistMedia

/// One small question with frames, before the run: a server without video says so here, and not window after window.
struct MediaTrial: Sendable {
    private static let frames = 4
    let transport: FleetTransport
    private let folder: SharedFolder?
    private let input: WindowInput
    /// The frames as JPEG files.
    private let pictures: [Data]
    /// The frames as one mp4 file, where servers are sent such.
    private let video: Data?

    /// Draws four frames for the variant.
    ///
    /// - Parameters:
    ///   - media: the form that the user names.
    ///   - folder: where files for ``MediaForm/file`` are put.
    init(
        transport: FleetTransport, variant: ModelVariant, media: MediaForm?, folder: SharedFolder?
    ) throws(ShotlistError) {
        self.transport = transport
        self.folder = folder
        let size = try variant.frameSizing.size(for: PixelSize(width: 448, height: 252), frames: Self.frames)
        let grey = RGBFrame(size: size, bytes: [UInt8](repeating: 128, count: size.width * size.height * 3))
        pictures = Array(repeating: try JPEGEncoder(quality: 50).encode(grey), count: Self.frames)
        // Windows are cut and not encoded: without an encoder there is no trial, and no less.
        video =
            media?.isSampledByServer == true && ClipEncoder.libx264.isAvailable
            ? try StillVideo.mp4(size: size, frames: Self.frames, rate: 2) : nil
        input = WindowInput(
            frames: [], resizedSize: size, frameIndices: Array(0..<Self.frames), effectiveFPS: 2, videoFPS: 2,
            prompt: try Prompt(text: "Describe the video."))
    }

    /// Asks the server for one word about the frames.
    ///
    /// - Throws: ``ShotlistError``: `not_available` when the server refuses them, `write_failed` when the shared folder takes
    ///   no file; a server that fails for another reason may be back in a while, and passes. `CancellationError`.
    func run(on known: KnownServer, at server: Endpoint) async throws {
        guard let media = known.media, !media.isSampledByServer || video != nil else { return }
        let file = media == .file ? try folder?.write(video ?? Data()) : nil
        defer { file.map { folder?.remove($0) } }
        let body = ChatBody(dialect: known.dialect, model: known.model)
            .question(
                about: shown(as: media, in: file, dialect: known.dialect), prompt: input.prompt.text, sampling: .greedy,
                maxOutputTokens: 1)
        var reply = try await transport.ask(body, of: server)
        if case .failed(.broken, _) = reply, media == .file {
            reply = try await transport.ask(body, of: server)
        }
        guard case .failed(let outcome, let error) = reply else { return }
        switch outcome {
        // vLLM 0.33.0 answers 500 for a file that it may not read, or cannot find.
        case .refused,
            .broken where media == .file:
            throw ShotlistError(
                .notAvailable, "\(server) does not take frames in the form '\(media.rawValue)': \(error.message)",
                remedy: remedy(for: media))
        case .locked: throw error
        default: return
        }
    }

    private func shown(as media: MediaForm, in file: String?, dialect: Dialect) -> ShownMedia {
        switch media {
        case .frames: .frames(pictures, of: input, dialect: dialect)
        case .images: .images(pictures)
        case .mp4: .mp4(video ?? Data(), of: input, dialect: dialect)
        case .file: .file(file ?? "", content: video ?? Data(), of: input, dialect: dialect)
        }
    }

    private func remedy(for media: MediaForm) -> String {
        switch media {
        case .frames: "Start vLLM as `shotlist serve-command` says, or use --endpoint-media images."
        case .images: "Start a server with a vision-language model."
        case .mp4: "Use --endpoint-media frames or images, or start a server that takes video."
        case .file:
            "Start vLLM with --allowed-local-media-path and the folder of --endpoint-media-dir, or use --endpoint-media mp4."
        }
    }
}
