import Foundation
package import Hummingbird
internal import HummingbirdCore
import Logging
import NIOCore
import ShotlistCatalog
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// The web app in which people look at an output and correct it.
public struct ReviewServer: Sendable {
    private let catalog: Catalog
    private let options: ReviewOptions
    private let logger: Logger
    private let decoder: FrameDecoder
    private let again = AgainRun()
    /// What the page of this session sends along with every change.
    package let sessionToken: String

    /// Makes a server of an output.
    ///
    /// - Parameters:
    ///   - catalog: the output's, open; it stays the caller's to close.
    ///   - options: where to serve it.
    ///   - logger: where the server says what ends it.
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    public init(_ catalog: Catalog, options: ReviewOptions, logger: Logger) throws(ShotlistError) {
        try options.check()
        self.catalog = catalog
        self.options = options
        // What goes wrong with a request is its answer. Of being stopped the server tells as of an error.
        var logger = logger
        logger.logLevel = .critical
        self.logger = logger
        decoder = FrameDecoder(options.isolation)
        sessionToken = SecretToken.random().text
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter whenReady: told the address to open, once it can be opened.
    /// - Throws: ``ShotlistError`` (`not_available`) when it cannot listen there.
    public func run(whenReady: @escaping @Sendable (_ address: String) async -> Void) async throws {
        defer { decoder.shutDown() }
        let ending: Result<Void, any Error>
        do {
            // The server waits for requests that are under way: what these wait for is to end at once.
            try await withTaskCancellationHandler {
                try await application(whenReady: whenReady).run()
            } onCancel: {
                decoder.shutDown()
                again.cancel()
            }
            ending = .success(())
        } catch {
            ending = .failure(error)
        }
        // A run that was started here ends with it, and has some seconds to write down what is finished.
        await again.shutDown()
        do {
            try ending.get()
        } catch let error as IOError {
            throw refusal(error)
        } catch {
            // However it says that it was stopped, that is how a review ends.
            guard Task.isCancelled else { throw error }
        }
    }

    /// How long a connection may say nothing while nothing is asked of it.
    private static let patience = TimeAmount.seconds(60)
    /// The most connections at a time; more wait. Browsers open six each.
    private static let mostConnections = 256

    /// The application with its routes.
    package func application(
        whenReady: @escaping @Sendable (_ address: String) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let rules = RequestRules(
            names: HostNames(bound: options.host), session: SecretToken(sessionToken),
            access: options.accessToken.map { SecretToken($0) })
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestGuard<BasicRequestContext>(rules: rules))
        let watch = RunWatch(catalog, outputPath: options.outputPath)
        let routes = ReviewRoutes(
            catalog: catalog, media: OutputMedia(outputPath: options.outputPath),
            frames: FramePictures(decoder, limits: options.frameLimits), watch: watch, again: again, options: options,
            session: rules.session)
        routes.add(to: router)
        return Application(
            router: router,
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: Self.patience)),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { [options] channel in
                // A first page finds what is there by then.
                watch.latest()
                await whenReady(Self.address(options, port: channel.localAddress?.port ?? options.port))
            },
            logger: logger)
    }

    /// What to open: with the access token, which the page takes out of its address at once.
    private static func address(_ options: ReviewOptions, port: Int) -> String {
        let name = HostNames.reachable(options.host)
        let host = name.contains(":") ? "[\(name)]" : name
        return "http://\(host):\(port)/" + (options.accessToken.map { "?token=\($0)" } ?? "")
    }

    private func refusal(_ error: IOError) -> ShotlistError {
        let place = "port \(options.port) of '\(options.host)'"
        return switch error.errnoCode {
        case EADDRINUSE:
            ShotlistError(
                .notAvailable, "The review cannot be served on \(place): it is in use.",
                remedy: "Give another --port, or none to have a free one picked.")
        case EACCES:
            ShotlistError(
                .notAvailable, "The review cannot be served on \(place): the system does not allow it.",
                remedy: "Give a --port above 1023, or none to have a free one picked.")
        default:
            ShotlistError(
                .notAvailable,
                "The review cannot be served on '\(options.host)': \(String(cString: strerror(error.errnoCode))).",
                remedy: "Give an address of this machine with --host; 127.0.0.1 is the default.")
        }
    }
}
