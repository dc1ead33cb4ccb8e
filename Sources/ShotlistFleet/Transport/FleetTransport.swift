import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ShotlistCore
import ShotlistNetwork
import Synchronization

/// Requests to servers, over connections that are kept open.
///
/// A redirect is not followed: it would take the key to whoever it names.
final class FleetTransport: Sendable {
    /// The longest answer that is read. A caption has a few thousand bytes.
    private static let mostBytes = 4 << 20
    private static let connectSeconds = 10
    private let key: BearerToken?
    private let proxies: ProxySettings
    /// How long nothing may come before a request is given up.
    private let timeout: Duration
    private let clients = Mutex(Clients())
    private let asked = Atomic<Int>(0)

    /// A client for each proxy, until nothing more is sent.
    private struct Clients {
        var byProxy: [HTTPClient.Configuration.Proxy?: HTTPClient] = [:]
        var isClosed = false
    }

    init(key: BearerToken?, proxies: ProxySettings, timeout: Duration) {
        self.key = key
        self.proxies = proxies
        self.timeout = timeout
    }

    /// A response, read whole.
    struct Response: Sendable {
        let status: Int
        let body: Data
        let retryAfter: Duration?
    }

    /// Asks a server a question. The header `X-Request-Id` is the window's trace id and a number of the request's own:
    /// a window may be asked about again while its last request has not ended on the server, and some servers refuse
    /// an id that they work on already.
    ///
    /// - Throws: `CancellationError` when the task was cancelled; everything else is a reply.
    func ask(_ body: RequestBody, of server: Endpoint) async throws -> Reply {
        var request = HTTPClientRequest(url: server.address(of: "chat/completions"))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let traceID = body.traceID {
            let number = asked.add(1, ordering: .relaxed).newValue
            request.headers.add(name: "X-Request-Id", value: "\(traceID)-\(number)")
        }
        request.body = body.streamed
        do {
            let response = try await send(request, to: server, within: timeout)
            return Reply(
                status: response.status, body: response.body, retryAfter: response.retryAfter, server: server,
                key: key)
        } catch {
            try Task.checkCancellation()
            return fault(error, of: server, within: timeout)
        }
    }

    /// Gets something short.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when no answer comes; `CancellationError`.
    func get(_ address: String, of server: Endpoint) async throws -> Response {
        let limit = Duration.seconds(Self.connectSeconds)
        do {
            return try await send(HTTPClientRequest(url: address), to: server, within: limit)
        } catch {
            try Task.checkCancellation()
            guard case .failed(_, let error) = fault(error, of: server, within: limit) else { throw error }
            throw error
        }
    }

    /// Closes the connections; no call follows.
    func shutDown() async {
        let clients = clients.withLock { clients in
            defer { clients = Clients(isClosed: true) }
            return Array(clients.byProxy.values)
        }
        // What cannot be closed is closed with the process.
        for client in clients { try? await client.shutdown() }
    }

    private func send(
        _ request: HTTPClientRequest, to server: Endpoint, within limit: Duration
    ) async throws -> Response {
        var request = request
        request.headers.add(name: "User-Agent", value: "shotlist")
        request.headers.add(name: "Accept", value: "application/json")
        if let key { request.headers.add(name: "Authorization", value: key.authorization) }
        return try await Self.within(limit) { [client = try client(for: server), request] in
            let response = try await client.execute(request, deadline: .distantFuture)
            let body = try await response.body.collect(upTo: Self.mostBytes)
            return Response(
                status: Int(response.status.code), body: Data(body.readableBytesView),
                retryAfter: RetryAfter.duration(response.headers.first(name: "Retry-After")))
        }
    }

    /// The client's own deadline ends with the response's head; a body that never ends must not hold a window for ever.
    private static func within<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw HTTPClientError.deadlineExceeded }
            return value
        }
    }

    private func fault(_ error: any Error, of server: Endpoint, within limit: Duration) -> Reply {
        let seconds = Int((limit / .seconds(1)).rounded(.up))
        if let error = error as? HTTPClientError, error == .deadlineExceeded || error == .readTimeout {
            return .failed(
                .timedOut,
                ShotlistError(
                    .engineFailed, "\(server) did not answer within \(seconds) s.",
                    remedy: "Give it more time (--endpoint-timeout), or fewer requests at once (--endpoint-requests)."))
        }
        if error is NIOTooManyBytesError {
            return .failed(
                .broken,
                ShotlistError(
                    .engineFailed, "\(server) answers with more than \(Self.mostBytes >> 20) MB.",
                    remedy: "See that it is an OpenAI-compatible server."))
        }
        // Frames that cannot be read from the disk any more.
        if let error = error as? ShotlistError { return .failed(.broken, error) }
        if NetworkTrouble.isUntrusted(error) {
            return .failed(
                .locked,
                ShotlistError(
                    .endpointRefused, "The certificate of \(server) is not trusted here, or is another's.",
                    remedy: "Put its authority's certificate among the system's (update-ca-certificates), and use the "
                        + "name that the certificate has."))
        }
        let reason = NetworkTrouble.sentence(
            for: error, host: server.host, connectSeconds: Self.connectSeconds, readSeconds: seconds)
        return .failed(
            NetworkTrouble.isBeforeConnection(error) ? .unreachable : .broken,
            ShotlistError(
                .engineFailed, "\(server) was asked and \(reason).",
                remedy: "See that the server runs and is reachable."))
    }

    /// - Throws: `CancellationError` when nothing more is to be sent: a client that is made then would never be closed.
    private func client(for server: Endpoint) throws -> HTTPClient {
        let proxy = proxies.proxy(for: server.base)
        return try clients.withLock { clients in
            if clients.isClosed { throw CancellationError() }
            if let client = clients.byProxy[proxy] { return client }
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: .init(
                    connect: .seconds(Int64(Self.connectSeconds)),
                    read: .milliseconds(Int64(timeout / .milliseconds(1)))), proxy: proxy)
            // How many requests a server has is decided before.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
            configuration.connectionPool.retryConnectionEstablishment = false
            // A server may close a connection that rests; one that it has just closed costs a window an attempt.
            configuration.connectionPool.idleTimeout = .seconds(4)
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients.byProxy[proxy] = client
            return client
        }
    }
}
