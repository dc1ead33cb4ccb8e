import AsyncHTTPClient
import Foundation
import ShotlistCore

/// Which requests go through a proxy, by the environment variables that curl and Python read.
package struct ProxySettings: Sendable {
    private let proxies: [String: HTTPClient.Configuration.Proxy]
    private let exceptions: [String]

    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a proxy that is no address.
    package init(environment: [String: String]) throws(ShotlistError) {
        func value(_ name: String) -> String? {
            [environment[name.lowercased()], environment[name]].compactMap { $0 }.first { !$0.isEmpty }
        }
        var proxies: [String: HTTPClient.Configuration.Proxy] = [:]
        for scheme in ["http", "https"] {
            let name = "\(scheme.uppercased())_PROXY"
            guard let text = value(name) ?? value("ALL_PROXY") else { continue }
            proxies[scheme] = try Self.proxy(text, from: name)
        }
        self.proxies = proxies
        exceptions = (value("NO_PROXY") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces).lowercased()
        }
    }

    /// The proxy for an address; nil to go there directly.
    package func proxy(for url: URL) -> HTTPClient.Configuration.Proxy? {
        guard let proxy = proxies[url.scheme?.lowercased() ?? ""] else { return nil }
        let host = url.host()?.lowercased() ?? ""
        let isException = exceptions.contains { exception in
            if exception == "*" { return true }
            let parts = exception.split(separator: ":", maxSplits: 1)
            if parts.count == 2, let port = Int(parts[1]), port != url.port { return false }
            let name = (parts.first ?? "").drop { $0 == "." }
            return !name.isEmpty && (host == name || host.hasSuffix(".\(name)"))
        }
        return isException ? nil : proxy
    }

    private static func proxy(
        _ text: String, from name: String
    ) throws(ShotlistError) -> HTTPClient.Configuration.Proxy {
        let address = text.contains("://") ? text : "http://\(text)"
        guard let url = URL(string: address), let host = url.host(), !host.isEmpty,
            url.hasKnownPort
        else {
            throw ShotlistError(
                .invalidArgument, "\(name) is not the address of a proxy.",
                remedy: "Set it to something like http://proxy.example:3128.")
        }
        if url.scheme?.hasPrefix("socks") == true { return .socksServer(host: host, port: url.port ?? 1080) }
        let authorization = url.user().map { user in
            HTTPClient.Authorization.basic(
                username: user.removingPercentEncoding ?? user,
                password: url.password().flatMap { $0.removingPercentEncoding ?? $0 } ?? "")
        }
        return .server(host: host, port: url.port ?? 3128, authorization: authorization)
    }
}
