import Foundation
import ShotlistCore
import ShotlistMedia

/// One small question with frames, before the run: a server without video says so here, and not window after window.
struct MediaTrial: Sendable {
    let transport: FleetTransport
    private let files: [Data]
    private let input: WindowInput

    /// Draws four frames for the variant.
    init(transport: FleetTransport, variant: ModelVariant) throws(ShotlistError) {
        self.transport = transport
        let count = 4
        let size = try variant.frameSizing.size(for: PixelSize(width: 448, height: 252), frames: count)
        let grey = RGBFrame(size: size, bytes: [UInt8](repeating: 128, count: size.width * size.height * 3))
        let file = try JPEGEncoder(quality: 50).encode(grey)
        files = Array(repeating: file, count: count)
        input = WindowInput(
            frames: [], resizedSize: size, frameIndices: Array(0..<count), effectiveFPS: 2, videoFPS: 2,
            prompt: try Prompt(text: "Describe the video."))
    }

    /// Asks the server for one word about the frames. Whole files are not tried.
    ///
    /// - Throws: ``ShotlistError`` (`not_available`) when the server refuses them; a server that fails for another reason may
    ///   be back in a while, and passes. `CancellationError`.
    func run(on known: KnownServer, at server: Endpoint) async throws {
        guard let media = known.media, !media.isSampledByServer else { return }
        let shown =
            media == .frames
            ? ShownMedia.frames(files, of: input, dialect: known.dialect) : ShownMedia.images(files)
        let body = ChatBody(dialect: known.dialect, model: known.model)
            .question(about: shown, prompt: input.prompt.text, sampling: .greedy, maxOutputTokens: 1)
        guard case .failed(let outcome, let error) = try await transport.ask(body, of: server) else { return }
        switch outcome {
        case .refused:
            throw ShotlistError(
                .notAvailable, "\(server) does not take frames in the form '\(media.rawValue)': \(error.message)",
                remedy: media == .frames
                    ? "Start vLLM as `shotlist serve-command` says, or use --endpoint-media images."
                    : "Start a server with a vision-language model.")
        case .locked: throw error
        default: return
        }
    }
}
