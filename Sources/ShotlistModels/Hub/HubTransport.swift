import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ShotlistCore
import ShotlistNetwork
import Synchronization

/// The head of an answer, and its body to come.
struct HubResponse {
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
    /// Whether it came from the endpoint's own host.
    let isFromEndpoint: Bool

    /// Reads a short body whole.
    func data(upTo limit: Int) async throws -> Data {
        Data(try await body.collect(upTo: limit).readableBytesView)
    }
}

/// Requests to the hub and to where it redirects.
///
/// Redirects are followed here and not by the client, because the token goes to the endpoint's own host alone.
final class HubTransport: Sendable {
    private static let mostRedirects = 10
    private let settings: HubSettings
    private let clients = Mutex<[HTTPClient.Configuration.Proxy?: HTTPClient]>([:])

    init(settings: HubSettings) {
        self.settings = settings
    }

    /// Asks for `url`.
    ///
    /// - Throws: ``PassingFault`` when no answer comes, ``ShotlistError`` when a redirect leads nowhere.
    func get(_ url: URL, range: String? = nil) async throws -> HubResponse {
        var url = url
        for _ in 0...Self.mostRedirects {
            let isFromEndpoint = url.hasSameOrigin(as: settings.endpoint)
            var request = HTTPClientRequest(url: url.absoluteString)
            request.headers.add(name: "User-Agent", value: "shotlist")
            // Sizes and ranges are those of the file itself.
            request.headers.add(name: "Accept-Encoding", value: "identity")
            if let range { request.headers.add(name: "Range", value: range) }
            if isFromEndpoint, let token = settings.token {
                request.headers.add(name: "Authorization", value: token.authorization)
            }
            let response = try await execute(request, to: url)
            let status = Int(response.status.code)
            guard [301, 302, 303, 307, 308].contains(status) else {
                return HubResponse(
                    status: status, headers: response.headers, body: response.body, isFromEndpoint: isFromEndpoint)
            }
            // What is left of a short body is read, so that the connection can be used again.
            _ = try? await response.body.collect(upTo: 1 << 16)
            url = try Self.target(of: response.headers.first(name: "Location"), from: url)
        }
        throw ShotlistError(
            .modelDownloadFailed, "\(settings.endpoint) redirects in circles.",
            remedy: "Try again later, or set HF_ENDPOINT to another hub.")
    }

    /// Closes the connections; no call follows.
    func shutDown() async {
        let clients = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        // What cannot be closed is closed with the process.
        for client in clients { try? await client.shutdown() }
    }

    private func execute(_ request: HTTPClientRequest, to url: URL) async throws -> HTTPClientResponse {
        do {
            return try await client(for: url).execute(request, deadline: .distantFuture)
        } catch {
            try Task.checkCancellation()
            throw PassingFault(reason: NetworkTrouble.sentence(for: error, host: url.host() ?? ""))
        }
    }

    private static func target(of location: String?, from url: URL) throws -> URL {
        guard let location, let target = URL(string: location, relativeTo: url)?.absoluteURL,
            ["http", "https"].contains(target.scheme?.lowercased() ?? ""), target.host() != nil,
            target.hasKnownPort
        else {
            throw ShotlistError(
                .modelDownloadFailed, "\(url.host() ?? "The hub") redirects to what is no address.",
                remedy: "Try again later, or set HF_ENDPOINT to another hub.")
        }
        guard url.scheme?.lowercased() != "https" || target.scheme?.lowercased() == "https" else {
            throw ShotlistError(
                .modelDownloadFailed,
                "\(url.host() ?? "The hub") redirects from https to \(target.host() ?? "a host") without protection.",
                remedy: "Try again later, or set HF_ENDPOINT to another hub.")
        }
        return target
    }

    private func client(for url: URL) -> HTTPClient {
        let proxy = settings.proxies.proxy(for: url)
        return clients.withLock { clients in
            if let client = clients[proxy] { return client }
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(30), read: .seconds(60)), proxy: proxy)
            // Trying again is decided above, where it is said, too.
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[proxy] = client
            return client
        }
    }
}
