import NIOCore

/// By which names a browser may call this server.
///
/// A page of another site can have its own name point at this machine (DNS rebinding); then the browser takes both for
/// one site, and only the name in the request tells. So a name must be one that nobody else can own: an address, or
/// `localhost`. The port is free, so that a tunnel may have another.
struct HostNames: Sendable {
    private let bound: String

    /// - Parameter bound: the address that is listened on.
    init(bound: String) {
        self.bound = bound
    }

    /// Whether a request with this `Host` is for us.
    func allows(_ authority: String?) -> Bool {
        guard let authority, let name = Self.name(of: authority) else { return false }
        if name == bound { return true }
        if Self.isLoopback(bound) { return name == "localhost" || Self.isLoopback(name) }
        // Every address of the machine reaches it; names are others' to give.
        return Self.isWildcard(bound) && (name == "localhost" || Self.isAddress(name))
    }

    /// The name in `name:port`, in small letters and without brackets; nil for what is neither.
    static func name(of authority: String) -> String? {
        let text = authority.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard let colon = text.firstIndex(of: ":") else { return text.isEmpty ? nil : text }
        guard colon != text.startIndex, isPort(text[colon...]) else { return nil }
        return String(text[..<colon])
    }

    /// Whether it is an IP address.
    static func isAddress(_ text: String) -> Bool {
        (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }

    /// Whether only this machine reaches the address.
    static func isLoopback(_ text: String) -> Bool {
        isAddress(text) && (text.hasPrefix("127.") || text == "::1")
    }

    /// By which address others reach what listens on one: for every address of the machine its first that is not this machine's
    /// own alone, as nobody can open `0.0.0.0`.
    static func reachable(_ bound: String) -> String {
        guard isWildcard(bound) else { return bound }
        let all = ((try? System.enumerateDevices()) ?? []).compactMap { $0.address?.ipAddress }
        // Addresses of one link (`fe80::`) need a name of the interface, which no browser takes.
        let others = all.filter { !isLoopback($0) && !$0.lowercased().hasPrefix("fe80") }
        let first = others.first { !$0.contains(":") } ?? (bound == "::" ? others.first : nil)
        return first ?? (bound == "::" ? "::1" : "127.0.0.1")
    }

    private static func isWildcard(_ text: String) -> Bool {
        text == "0.0.0.0" || text == "::"
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber } && text.count <= 6
    }
}
