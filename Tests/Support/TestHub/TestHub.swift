import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A model hub on this machine that speaks the protocol of huggingface.co: revisions, trees in pages, files with
/// ranges; with faults on demand. It listens on a port of 127.0.0.1 that the system chooses.
package final class TestHub: Sendable {
    /// A request as it came.
    package struct Request: Sendable {
        /// The path with the query.
        package let uri: String
        /// The token that came with it.
        package let authorization: String?
        /// The range that was asked for.
        package let range: String?
    }

    struct State {
        var repositories: [TestRepository] = []
        var renamed: [String: String] = [:]
        var pages: [String: (data: Data, type: String)] = [:]
        var tokens: Set<String> = []
        var pageSize = 1000
        var faults: [(part: String, fault: Fault, times: Int)] = []
        var requests: [Request] = []
        var served: [String: Int] = [:]
        var isReleased = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())
    let holder: Holder
    private let channel: any Channel

    /// Starts a hub.
    package static func start(_ repositories: TestRepository...) async throws -> TestHub {
        let box = Mutex<TestHub?>(nil)
        let holder = Holder(box)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(HubHandler(holder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let hub = TestHub(channel, holder)
        holder.hub.withLock { $0 = hub }
        repositories.forEach(hub.add)
        return hub
    }

    private init(_ channel: any Channel, _ holder: Holder) {
        self.channel = channel
        self.holder = holder
    }

    deinit { channel.close(promise: nil) }

    /// The port that the hub listens on.
    package var port: Int { channel.localAddress?.port ?? 0 }
    /// What `HF_ENDPOINT` is set to.
    package var endpoint: String { "http://127.0.0.1:\(port)" }
    /// Every request so far, in the order in which they came.
    package var requests: [Request] { state.withLock(\.requests) }

    /// Serves a repository, in place of one of the same name.
    package func add(_ repository: TestRepository) {
        state.withLock { state in
            state.repositories.removeAll { $0.id == repository.id }
            state.repositories.append(repository)
        }
    }

    /// Serves bytes under a path that is no repository's.
    package func serve(_ data: Data, at path: String, type: String = "application/octet-stream") {
        state.withLock { $0.pages[path] = (data, type) }
    }

    /// Redirects the old name of a repository to the new one.
    package func rename(_ old: String, to new: String) {
        state.withLock { $0.renamed[old] = new }
    }

    /// Gives holders of a token access to gated repositories.
    package func allow(token: String) {
        state.withLock { _ = $0.tokens.insert("Bearer \(token)") }
    }

    /// How many entries a page of a listing has.
    package func setPageSize(_ size: Int) {
        state.withLock { $0.pageSize = size }
    }

    /// Lets the next `times` answers to requests whose path contains `part` go wrong.
    package func fail(_ part: String, _ fault: Fault, times: Int = 1) {
        state.withLock { $0.faults.append((part, fault, times)) }
    }

    /// Lets answers go that were held.
    package func release() {
        let held = state.withLock { state in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        held.forEach { $0.resume() }
    }

    /// Bytes of bodies sent for requests whose path ends so.
    package func bytesServed(_ end: String) -> Int {
        state.withLock { $0.served.filter { $0.key.hasSuffix(end) }.values.reduce(0, +) }
    }

    /// How many requests had a path with this in it.
    package func count(_ part: String) -> Int {
        requests.filter { $0.uri.contains(part) }.count
    }

    /// Waits until the hub is told to let held answers go.
    func waitForRelease() async {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
    }
}

/// The hub as its connections see it; they do not keep it alive.
final class Holder: Sendable {
    let hub: Mutex<TestHub?>
    init(_ hub: consuming Mutex<TestHub?>) { self.hub = hub }
}
