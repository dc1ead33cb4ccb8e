import Foundation
import ShotlistCore
import ShotlistNetwork

/// Which servers answer, and how they are asked.
public struct FleetOptions: Sendable {
    /// Their addresses, such as `http://gpu1:8000` or `http://gpu1:8000/v1`.
    public var endpoints: [Endpoint]
    /// A file with further addresses, one a line, that is read again when it changes; `#` begins a remark.
    public var endpointsFile: String?
    /// The model to ask for, as the servers name it; nil for the variant's, or the only one that they have.
    public var model: String?
    /// What the servers are; nil to ask each.
    public var dialect: Dialect.Kind?
    /// The form in which frames are sent; nil for ``MediaForm/frames``, or images where a server takes no video.
    public var media: MediaForm?
    /// The folder for ``MediaForm/file``, which every server sees under the same path.
    public var mediaFolder: String?
    /// How much frames sent as JPEG may lose: 1 to 100.
    public var jpegQuality = 95
    /// How long one request may take.
    public var timeout = Duration.seconds(600)
    /// How long the run waits while no server can be asked, before it stops.
    public var giveUp = Duration.seconds(3600)
    /// Requests that one server has at most.
    public var requestsPerEndpoint = 64
    /// How often a window is asked for whose request broke, on one server or another; at least 1.
    public var attempts = 5
    /// The further numbers by which requests are given out; ``requestsPerEndpoint`` and ``attempts`` go before its own.
    package var policy = DispatchPolicy()
    /// How often servers that are not up yet are looked at, and how often the file of addresses is.
    package var lookPeriod = Duration.seconds(2)
    /// How long servers that are up wait at the start for those that have not yet said whether they are.
    package var lookPatience = Duration.seconds(20)
    /// The most bytes of frames that wait in memory; what is more waits on the disk.
    package var mostWaitingBytes = 256 << 20
    /// Where on the disk.
    package var waitingFolder = WaitingFiles.usualFolder
    let key: BearerToken?
    private(set) var proxies: ProxySettings

    /// Makes options.
    ///
    /// - Parameters:
    ///   - endpoints: the addresses; may be empty when there is a file of them.
    ///   - key: sent to every endpoint as `Authorization: Bearer`; it is never printed.
    ///   - environment: where proxies are read from.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a key that cannot be sent, and for what is no proxy.
    public init(
        endpoints: [Endpoint], endpointsFile: String? = nil, key: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ShotlistError) {
        self.endpoints = endpoints
        self.endpointsFile = endpointsFile
        self.key = key.flatMap(BearerToken.init)
        guard self.key?.isSendable != false else {
            throw ShotlistError(
                .invalidArgument, "The endpoints' key holds characters that no key has.",
                remedy: "Give the key alone, without quotes and line breaks.")
        }
        proxies = try ProxySettings(environment: environment)
    }

    /// The same for one server of this machine, which no proxy stands before.
    func asking(only endpoint: Endpoint, for model: String) throws(ShotlistError) -> FleetOptions {
        var options = self
        options.endpoints = [endpoint]
        options.endpointsFile = nil
        options.model = model
        options.dialect = .vllm
        options.proxies = try ProxySettings(environment: [:])
        return options
    }
}
