import AsyncHTTPClient
import Foundation
import ShotlistCore

@testable import ShotlistFleet
@testable import ShotlistNetwork

/// What servers answer, and where they are said to be. Answers come whole: nothing is streamed, and so there are no
/// server-sent events to read.
enum ServerParsers {
    private static let endpoint = try? Endpoint("http://gpu1:8000")
    private static let statuses = [200, 200, 200, 400, 401, 402, 404, 413, 429, 500, 503]

    @Sendable static func readAnswers(_ bytes: Data) {
        let (choice, rest) = bytes.chosen
        let text = String(decoding: rest, as: UTF8.self)
        switch choice % 16 {
        case 0: attempt { try readModels(rest) }
        case 1: _ = (try? JSONDecoder().decode(LlamaServerFacts.self, from: rest))?.default_generation_settings?.n_ctx
        case 2:
            let pause = RetryAfter.duration(text)
            expect(pause ?? .zero >= .zero, "a pause is no less than nothing")
        case 3: expect(LogLines.fit(text).count <= 303, "a line of a log is short")
        case 4: expect(ErrorAnswer.line(text).count <= 303, "a line of an answer is short")
        default: readReply(rest, status: statuses[choice % statuses.count])
        }
    }

    private static func readReply(_ body: Data, status: Int) {
        guard let endpoint else { return }
        let key = BearerToken("a-key-that-is-secret")
        let reply = Reply(status: status, body: body, retryAfter: nil, server: endpoint, key: key)
        switch reply {
        case .answered(let answer):
            attempt {
                let reading = try AnswerReading(answer)
                expect(reading.reusedTokens <= reading.promptTokens, "no more is reused than there is")
                _ = reading.promptTokens + reading.outputTokens
            }
        case .failed(_, let error):
            expect(!error.message.contains("a-key-that-is-secret"), "no error tells the key")
        }
    }

    private static func readModels(_ body: Data) throws {
        let list = try JSONDecoder().decode(ModelList.self, from: body)
        guard !list.data.isEmpty else { return }
        _ = (list.model(nil, known: ["a"]), list.model("a", known: []))
    }

    @Sendable static func readEndpoints(_ bytes: Data) {
        let text = String(decoding: bytes, as: UTF8.self)
        Scratch.file("endpoints.txt", bytes) { path in
            attempt {
                var options = try FleetOptions(endpoints: [])
                options.endpointsFile = path
                for endpoint in try EndpointsFile.all(options) {
                    // Whoever connects takes the address apart once more.
                    attempt { _ = try HTTPClient.Request(url: endpoint.address(of: "models")) }
                    attempt { _ = try HTTPClient.Request(url: endpoint.rootAddress(of: "props")) }
                }
            }
        }
        attempt {
            let proxies = try ProxySettings(environment: ["HTTP_PROXY": text, "NO_PROXY": text])
            if let url = URL(string: "http://hub.example:8000/x") { _ = proxies.proxy(for: url) }
        }
    }
}
