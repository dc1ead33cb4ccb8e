import Foundation
import ShotlistCore
import ShotlistEngines
import Synchronization

/// A window that is shown to servers, one question at a time.
final class FleetWindow: OpenWindow {
    private let input: WindowInput
    /// The window's file in the folder that servers share; nil when it is sent.
    private let file: String?
    private let members: FleetMembers
    private let visionTokens: Int
    /// Who has seen the window.
    private let acquaintance = Mutex<Dispatch.ServerID?>(nil)

    init(input: WindowInput, file: String?, members: FleetMembers, visionTokens: Int) {
        self.input = input
        self.file = file
        self.members = members
        self.visionTokens = visionTokens
    }

    func answer(_ question: CaptionQuestion) async throws -> CaptionAnswer {
        let answered = try await members.fleet.ask(prefers: acquaintance.withLock(\.self)) { [self] endpoint in
            body(for: question, at: endpoint)
        }
        acquaintance.withLock { $0 = answered.server }
        let read = try AnswerReading(answered.answer)
        return CaptionAnswer(
            text: read.text, finishReason: read.finishReason, promptTokens: read.promptTokens,
            visionTokens: min(visionTokens, read.promptTokens), outputTokens: read.outputTokens,
            reusedTokens: read.reusedTokens, server: answered.endpoint.description)
    }

    private func body(for question: CaptionQuestion, at endpoint: Endpoint) -> RequestBody {
        // A server is in the fleet only when it is known.
        let known =
            members.server(at: endpoint)
            ?? KnownServer(dialect: .plain, model: "", contextTokens: nil, media: .images)
        var body = ChatBody(dialect: known.dialect, model: known.model).question(
            about: media(for: known), prompt: question.prompt.text, sampling: question.sampling,
            maxOutputTokens: question.maxOutputTokens)
        body.traceID = input.traceID
        return body
    }

    private func media(for known: KnownServer) -> ShownMedia {
        let files = input.encoded?.files ?? []
        switch known.media ?? .frames {
        case .frames: return .frames(files, of: input, dialect: known.dialect)
        case .images: return .images(files)
        case .mp4: return .mp4(files.first ?? Data(), of: input, dialect: known.dialect)
        case .file: return .file(file ?? "", content: files.first ?? Data(), of: input, dialect: known.dialect)
        }
    }
}
