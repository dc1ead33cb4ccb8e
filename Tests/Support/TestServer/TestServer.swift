import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An OpenAI-compatible server on this machine: it lists models and answers chats, with faults on demand. It listens on
/// a port of 127.0.0.1 that the system chooses, and can be stopped and started again there.
package final class TestServer: Sendable {
    /// Which server it plays.
    package enum Kind: String, Sendable, CaseIterable {
        case vllm, sglang, nim, plain
        case llamaServer = "llama-server"
    }

    /// What it says an answer cost.
    package struct Usage: Sendable {
        package var prompt = 1000
        package var output = 8
        package var cached = 0
    }

    /// How it is.
    package struct Manner: Sendable {
        /// Which server it plays.
        package var kind: Kind
        /// The models that it has.
        package var models = ["Qwen/Qwen2.5-VL-7B-Instruct"]
        /// Tokens of their context; nil when it does not say.
        package var contextTokens: Int? = 32_768
        /// Whether it takes a `video_url`.
        package var takesVideo = true
        /// Whether llama.cpp's server has a projector.
        package var hasVision = true
        /// The key without which nothing is answered.
        package var key: String?
        /// The words of an answer.
        package var words: @Sendable (Request) -> String = { "answer to \($0.question)" }
        /// What an answer cost.
        package var usage = Usage()
    }

    /// A request as it came.
    package struct Request: Sendable {
        /// The path with the query.
        package let uri: String
        /// Names and values of its headers.
        package let headers: [(name: String, value: String)]
        /// Its body, whole.
        package let body: Data
        /// When it was there whole.
        package let came: ContinuousClock.Instant
        /// How many chats the server worked on then, with this one.
        package let inFlight: Int
        /// The model that is asked for.
        package let model: String
        /// The last text of the last message.
        package let question: String

        /// The value of a header.
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// Whether the body holds this text.
        package func holds(_ text: String) -> Bool { body.range(of: Data(text.utf8)) != nil }
    }

    struct State {
        var manner: Manner
        var faults: [(part: String, fault: ServerFault, times: Int)] = []
        var requests: [Request] = []
        var lastID = 0
        /// Chats that are not answered yet.
        var open: Set<Int> = []
        var mostOpen = 0
        var isListening = false
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    let state: Mutex<State>
    private let port: HeldPort

    /// Starts a server.
    ///
    /// - Parameter settle: says how it is.
    package static func start(
        _ kind: Kind = .vllm, _ settle: @Sendable (inout Manner) -> Void = { _ in }
    ) async throws -> TestServer {
        var manner = Manner(kind: kind)
        settle(&manner)
        let server = try TestServer(manner)
        try await server.start()
        return server
    }

    private init(_ manner: Manner) throws {
        port = try HeldPort()
        state = Mutex(State(manner: manner))
    }

    // MARK: Listening

    /// Listens again, on the same port.
    package func start() async throws {
        state.withLock { $0.isListening = true }
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    self.opened(channel)
                    try ServerHandler.install(on: channel, of: self)
                }
            }
        let listener = try await bootstrap.bind(host: "127.0.0.1", port: port.port).get()
        state.withLock { $0.listener = listener }
    }

    /// Refuses connections from now on, and breaks those that are there.
    package func stop() async {
        let (listener, connections) = state.withLock { state in
            state.isListening = false
            defer { state.listener = nil }
            return (state.listener, Array(state.connections.values))
        }
        // What is closed already needs no closing.
        try? await listener?.close().get()
        for connection in connections { try? await connection.close().get() }
    }

    private func opened(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isListening = state.withLock { state in
            if state.isListening { state.connections[id] = channel }
            return state.isListening
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.connections[id] = nil } }
        if !isListening { channel.close(promise: nil) }
    }

    // MARK: What tests say and see

    /// Its address.
    package var address: String { "http://127.0.0.1:\(port.port)" }
    /// Every request so far, in the order in which they came.
    package var requests: [Request] { state.withLock(\.requests) }
    /// The requests for an answer among them.
    package var chats: [Request] { requests.filter(\.isChat) }
    /// How many chats it works on.
    package var inFlight: Int { state.withLock { $0.open.count } }
    /// The most chats that it worked on at once.
    package var mostInFlight: Int { state.withLock(\.mostOpen) }

    /// The requests for an answer whose body holds this text.
    package func chats(about text: String) -> [Request] { chats.filter { $0.holds(text) } }

    /// Changes how it is.
    package func change(_ settle: @Sendable (inout Manner) -> Void) {
        state.withLock { settle(&$0.manner) }
    }

    /// Lets the next `times` answers go wrong: to chats whose body holds `part`, or, when that begins with a slash, to
    /// requests whose path does.
    package func fail(_ fault: ServerFault, about part: String = "", times: Int = 1) {
        state.withLock { $0.faults.append((part, fault, times)) }
    }

    /// Lets all answers go right again.
    package func mend() {
        state.withLock { $0.faults = [] }
    }
}
