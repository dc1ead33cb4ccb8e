internal import HTTPTypes
internal import Hummingbird
import ShotlistCore

/// Which requests are answered at all.
struct RequestRules: Sendable {
    /// The names that this server may be called by.
    let names: HostNames
    /// What the page of this session sends along with every change.
    let session: SecretToken
    /// What a browser must have shown; nil where only this machine can ask.
    let access: SecretToken?

    /// The field with the session's token. That a page of another site cannot set it without asking first is half of
    /// the protection; that it does not know the word is the other.
    static let sessionField = "X-Shotlist-Session"
    /// The name of the cookie with the access token. Cookies are a host's, whatever the port: with the port in the name, as the
    /// browser knows it, two reviews on one host do not log each other out.
    static func cookie(for authority: String?) -> String {
        let port = authority?.split(separator: ":", omittingEmptySubsequences: false).last.flatMap { UInt16($0) }
        return "shotlist_access" + (port.map { "_\($0)" } ?? "")
    }

    /// Why a request is refused; nil when it is not.
    func refusal(_ request: Request) -> Refusal? {
        guard names.allows(request.head.authority) else {
            return Refusal(
                .misdirectedRequest, "The request is for another host.",
                "Open the address that `shotlist review` has printed.")
        }
        guard isAdmitted(request) else {
            return Refusal(
                .unauthorized, "This review needs its access token.",
                "Open the address that `shotlist review` has printed: the token is in it.")
        }
        if let refusal = foreignness(request) { return refusal }
        guard !Self.isReading(request) else { return nil }
        guard session.matches(request.headers.text(Self.sessionField)) else {
            return Refusal(
                .forbidden, "The request has not the token of this session.",
                "Load the page again: the review was started anew since.")
        }
        return nil
    }

    /// Whether the address of a request has the access token in it, to be exchanged for a cookie.
    func shows(_ query: QueryString) -> Bool {
        access.map { $0.matches(query.first("token")) } ?? false
    }

    private func isAdmitted(_ request: Request) -> Bool {
        guard let access else { return true }
        if request.uri.path == "/", shows(QueryString(request.uri.query ?? "")) { return true }
        if let bearer = request.headers.text("Authorization"), bearer.hasPrefix("Bearer ") {
            return access.matches(String(bearer.dropFirst(7)))
        }
        let name = Self.cookie(for: request.head.authority)
        let cookies = (request.headers.text("Cookie") ?? "").split(separator: ";")
        let values = cookies.compactMap { cookie -> String? in
            let parts = cookie.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed == name else { return nil }
            return String(parts[1].trimmed)
        }
        return values.contains { access.matches($0) }
    }

    /// What the browser says of where the request comes from.
    private func foreignness(_ request: Request) -> Refusal? {
        let isReading = Self.isReading(request)
        if let origin = request.headers.text("Origin") {
            let own = request.head.authority.map { "http://\($0)".lowercased() }
            guard origin.lowercased() == own else { return .foreign }
        }
        guard let site = request.headers.text("Sec-Fetch-Site") else { return nil }
        if site == "same-origin" { return nil }
        guard isReading else { return .foreign }
        // A link elsewhere, or the address typed in, may open the page; nothing else of another site gets anything.
        let isVisit = request.headers.text("Sec-Fetch-Mode") == "navigate"
        if site == "none" { return nil }
        return isVisit && request.uri.path == "/" ? nil : .foreign
    }

    private static func isReading(_ request: Request) -> Bool {
        request.method == .get || request.method == .head
    }
}

/// Why a request is not answered.
struct Refusal: Error, Sendable {
    /// The answer's status.
    let status: HTTPResponse.Status
    /// For people, as any other error.
    let error: ShotlistError

    init(_ status: HTTPResponse.Status, _ message: String, _ remedy: String) {
        self.status = status
        error = ShotlistError(.invalidArgument, message, remedy: remedy)
    }

    static let foreign = Refusal(
        .forbidden, "The request comes from another site.", "Use the page that `shotlist review` serves.")
}

extension Substring {
    /// Without spaces around it.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
