import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import ShotlistCore
import ShotlistNetwork
import Synchronization

/// Signed requests to one server, each tried again as long as that may help.
final class S3Transport: Sendable {
    let settings: S3Settings
    private let failure: S3Failure
    private let client = Mutex<HTTPClient?>(nil)

    init(settings: S3Settings) {
        self.settings = settings
        failure = S3Failure(settings: settings)
    }

    deinit {
        // A client that nobody shut down ends a debug build when it goes.
        client.withLock { $0.take() }?.shutdown { _ in }
    }

    /// Asks, and gives what `take` makes of the answer. Both are done anew after a failure that may pass: `take` must
    /// be fit for that.
    ///
    /// - Throws: ``ShotlistError``: `storage_refused`, `storage_unreachable`, `unreadable` (no such object, or another than
    ///   was asked for), and what `take` throws.
    func ask<Value: Sendable>(
        _ request: S3Request, about location: S3Location,
        take: @Sendable (S3Answer) async throws -> Value
    ) async throws -> Value {
        try await trying(about: location) { _ in try await self.once(request, about: location, take: take) }
    }

    /// Does something until it goes well, as often as the settings allow.
    ///
    /// - Parameter body: is told how many tries failed; it gives how far it came by what it throws, if it came on.
    func trying<Value: Sendable>(
        about location: S3Location, _ body: @Sendable (_ failures: Int) async throws -> Value
    ) async throws -> Value {
        var failures = 0
        while true {
            do {
                return try await body(failures)
            } catch let fault as S3PassingFault {
                failures += 1
                let pause = settings.retries.pause(after: failures, asked: fault.pause)
                guard failures < settings.retries.attempts else { throw failure.givenUp(fault, about: location) }
                settings.retries.onRetry("\(location): \(fault.reason); try \(failures + 1) follows")
                try await settings.retries.sleep(pause)
            }
        }
    }

    /// Asks once.
    func once<Value: Sendable>(
        _ request: S3Request, about location: S3Location, take: @Sendable (S3Answer) async throws -> Value
    ) async throws -> Value {
        let answer = try await send(request, to: location.bucket)
        guard (200...299).contains(answer.status) else {
            // A body that breaks off says nothing that its status does not.
            let body = request.method == "HEAD" ? Data() : (try? await answer.data()) ?? Data()
            throw failure.error(answer, to: request, body: body, about: location)
        }
        do {
            return try await take(answer)
        } catch let error where !(error is ShotlistError || error is S3PassingFault || error is CancellationError) {
            throw try fault(error, location.bucket)
        }
    }

    /// Closes the connections; no call follows.
    func shutDown() async {
        // What cannot be closed is closed with the process.
        try? await client.withLock { $0.take() }?.shutdown()
    }

    private func send(_ request: S3Request, to bucket: String) async throws -> S3Answer {
        let (scheme, host, root) = settings.address(of: bucket)
        var request = request
        request.path = root + request.path
        let query = request.encodedQuery
        let url = "\(scheme)://\(host)\(request.path)\(query.isEmpty ? "" : "?\(query)")"
        var asked = HTTPClientRequest(url: url)
        asked.method = HTTPMethod(rawValue: request.method)
        let signature = AWSSignature(credentials: settings.credentials, region: settings.region)
        for (name, value) in signature.headers(of: request, host: host, at: Date()) {
            asked.headers.add(name: name, value: value)
        }
        asked.headers.add(name: "User-Agent", value: "shotlist")
        // Sizes and ranges are those of the object itself.
        asked.headers.add(name: "Accept-Encoding", value: "identity")
        let body = S3Body(data: request.body)
        if !request.body.isEmpty {
            asked.body = .stream(body, length: .known(Int64(request.body.count)))
        } else if ["PUT", "POST"].contains(request.method) {
            asked.body = .bytes(ByteBuffer())
        }
        do {
            let response = try await client(for: url).execute(asked, deadline: body.deadline)
            return S3Answer(status: Int(response.status.code), headers: response.headers, body: response.body)
        } catch {
            throw try fault(error, bucket)
        }
    }

    /// A failure on the way, as one that may pass.
    private func fault(_ error: any Error, _ bucket: String) throws -> S3PassingFault {
        try Task.checkCancellation()
        let host = settings.address(of: bucket).host
        if NetworkTrouble.isUntrusted(error) {
            throw ShotlistError(
                .storageRefused, "The certificate of '\(host)' is not to be trusted.",
                remedy: "Set AWS_CA_BUNDLE to a file with the certificate of who vouches for it.")
        }
        return S3PassingFault(reason: NetworkTrouble.sentence(for: error, host: host))
    }

    private func client(for url: String) -> HTTPClient {
        client.withLock { client in
            if let client { return client }
            var tls = TLSConfiguration.makeClientConfiguration()
            if let certificates = settings.certificates { tls.trustRoots = .file(certificates) }
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: tls, redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(30), read: .seconds(60), write: .seconds(60)),
                proxy: URL(string: url).flatMap { settings.proxies.proxy(for: $0) })
            // Trying again is decided above, where it is said, too.
            configuration.connectionPool.retryConnectionEstablishment = false
            // S3 speaks HTTP/1.1; one connection for each request under way, up to the writers of a run.
            configuration.httpVersion = .http1Only
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }
}
