import Foundation
import NIOCore
import ShotlistCore
import ShotlistMedia

/// Where a review is served, and for whom.
public struct ReviewOptions: Sendable {
    /// The output folder that is reviewed.
    public var outputPath: String
    /// The IP address to listen on, or `localhost`.
    public var host: String
    /// The port to listen on; 0 picks a free one.
    public var port: Int
    /// What a browser must show before it is told anything; nil only on this machine's own address.
    public var accessToken: String?
    /// Who reviews, as changes are signed.
    public var person: String
    /// Where videos and clips are decoded for the frames that are shown.
    public var isolation: MediaIsolation
    /// How much is decoded at once.
    package var frameLimits = FrameLimits()

    /// The program that asks the model again: this very one, unless a test has a stand-in.
    public var executable: String

    /// The fewest characters of an access token.
    public static let shortestToken = 16

    /// Makes options.
    public init(
        outputPath: String, host: String = "127.0.0.1", port: Int = 0, accessToken: String? = nil, person: String,
        isolation: MediaIsolation = .none,
        executable: String = "/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"
    ) {
        self.outputPath = outputPath
        self.host = host == "localhost" ? "127.0.0.1" : host
        self.port = port
        self.accessToken = accessToken
        self.person = person
        self.isolation = isolation
        self.executable = executable
    }

    /// Says what of the options cannot be, before anything is opened.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    public func check() throws(ShotlistError) {
        guard (0...65535).contains(port) else {
            throw ShotlistError(
                .invalidArgument, "There is no port \(port).",
                remedy: "Give 1 to 65535, or 0 to have a free one picked.")
        }
        guard HostNames.isAddress(host) else {
            throw ShotlistError(
                .invalidArgument, "A review cannot be served on '\(host.printable)', which is no IP address.",
                remedy: "Give one of this machine, such as 127.0.0.1, ::1 or 0.0.0.0.")
        }
        if let accessToken {
            guard accessToken.utf8.count >= Self.shortestToken, accessToken.utf8.allSatisfy(Self.isTokenByte) else {
                throw ShotlistError(
                    .invalidArgument, "The access token is too short, or has others than a-z, A-Z, 0-9, _ and -.",
                    remedy: "Give at least \(Self.shortestToken), such as those of `openssl rand -hex 16`.")
            }
        } else if !HostNames.isLoopback(host) {
            throw ShotlistError(
                .invalidArgument, "Without an access token whoever reaches \(host) could change the captions.",
                remedy: "Set SHOTLIST_REVIEW_TOKEN to the output of `openssl rand -hex 16`, or leave --host out.")
        }
    }

    /// What may stand in a cookie and in an address as it is.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
