import Foundation
import ShotlistCore
import ShotlistNetwork

/// The address of a server that speaks OpenAI's API.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The address below which `chat/completions` and `models` are, without a slash at the end.
    public let base: URL

    /// Reads an address; `/v1` is added where it has no path.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is no address of a server, and for one with a user name
    ///   or a query in it, which would show in every message.
    public init(_ text: String) throws(ShotlistError) {
        var text = text.trimmingCharacters(in: .whitespaces)
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
            url.host()?.isEmpty == false, url.hasKnownPort
        else {
            throw ShotlistError(
                .invalidArgument, "'\(Self.harmless(text))' is not the address of a server.",
                remedy: "Write it like http://gpu1:8000, or https://gpu1.example/v1.")
        }
        guard url.user() == nil, url.query() == nil, url.fragment() == nil else {
            throw ShotlistError(
                .invalidArgument, "The address of '\(url.host() ?? "")' holds a user name or a query.",
                remedy: "Write it like http://gpu1:8000, and give the key by --api-key-env or --api-key-file.")
        }
        base = url.path().isEmpty ? url.appending(path: "v1") : url
    }

    /// The address of something below it.
    func address(of path: String) -> String { "\(base.absoluteString)/\(path)" }

    /// The address of something beside `/v1`, where servers keep what OpenAI's API does not have.
    func rootAddress(of path: String) -> String {
        var root = base.absoluteString
        if root.hasSuffix("/v1") { root.removeLast(3) }
        return "\(root)/\(path)"
    }

    /// The host's name.
    var host: String { base.host() ?? "" }

    /// The address.
    public var description: String { base.absoluteString }

    /// An address that may hold a password, without what is before its `@`.
    private static func harmless(_ text: String) -> String {
        text.lastIndex(of: "@").map { "...\(text[$0...])" } ?? text
    }
}
