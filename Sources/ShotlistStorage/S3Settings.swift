import Foundation
import ShotlistCore
import ShotlistNetwork

/// Which server is asked, and as whom: from the places where AWS's own tools look.
public struct S3Settings: Sendable {
    /// How a bucket is named in an address.
    public enum Addressing: String, Sendable, Hashable, CaseIterable {
        /// `https://host/bucket/key`.
        case path
        /// `https://bucket.host/key`.
        case virtual
    }

    let credentials: S3Credentials
    /// The region that requests are signed for.
    public let region: String
    /// The server's address without a path; nil for AWS.
    public let endpoint: URL?
    let addressing: Addressing?
    /// The file of certificates that are trusted instead of the system's.
    let certificates: String?
    let proxies: ProxySettings
    /// How often and after which pause something is tried again.
    package var retries = S3Retries()
    /// Files larger than this are sent in parts of at least this size.
    package var partSize = 16 << 20

    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, else the profile `AWS_PROFILE` of
    /// `~/.aws/credentials` and `~/.aws/config`; `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`,
    /// `AWS_CA_BUNDLE`, `SHOTLIST_S3_ADDRESSING`, and the proxies' variables.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is missing or makes no sense.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ShotlistError) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let profile = AWSProfile(environment: environment)
        credentials = try Self.credentials(environment, profile)
        region = value("AWS_REGION", "AWS_DEFAULT_REGION") ?? profile["region"] ?? "us-east-1"
        let variable = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].first { value($0) != nil }
        let address = variable.flatMap { value($0) } ?? profile["endpoint_url"]
        endpoint = try address.map { text throws(ShotlistError) in
            try Self.endpoint(text, from: variable ?? "The profile's endpoint_url")
        }
        certificates = value("AWS_CA_BUNDLE") ?? profile["ca_bundle"]
        proxies = try ProxySettings(environment: environment)
        addressing = try value("SHOTLIST_S3_ADDRESSING").map { text throws(ShotlistError) in
            guard let addressing = Addressing(rawValue: text) else {
                throw ShotlistError(
                    .invalidArgument, "SHOTLIST_S3_ADDRESSING is '\(text)'.", remedy: "Set it to path or virtual.")
            }
            return addressing
        }
        if let certificates, !FileManager.default.isReadableFile(atPath: certificates) {
            throw ShotlistError(
                .invalidArgument, "The certificates '\(certificates)' cannot be read.",
                remedy: "Set AWS_CA_BUNDLE to a file of certificates (PEM).")
        }
        guard region.utf8.allSatisfy({ (0x21..<0x7f).contains($0) && $0 != UInt8(ascii: "/") }) else {
            throw ShotlistError(
                .invalidArgument, "'\(region)' is no region.", remedy: "Set AWS_REGION to one such as eu-central-1.")
        }
    }

    /// The address of a bucket: its host, and what paths in it begin with.
    package func address(of bucket: String) -> (scheme: String, host: String, root: String) {
        let scheme = endpoint?.scheme?.lowercased() ?? "https"
        var host = endpoint.map { url in
            let name = url.host() ?? ""
            return url.port.map { "\(name):\($0)" } ?? name
        }
        // A certificate for *.host holds for no name with a further dot; servers of one's own have often one name
        // alone.
        let usual: Addressing = endpoint == nil && !bucket.contains(".") ? .virtual : .path
        if host == nil { host = region == "us-east-1" ? "s3.amazonaws.com" : "s3.\(region).amazonaws.com" }
        switch addressing ?? usual {
        case .path: return (scheme, host ?? "", "/\(bucket)")
        case .virtual: return (scheme, "\(bucket).\(host ?? "")", "")
        }
    }

    /// Which key is used; no secret.
    package var accessKey: String { credentials.accessKey }

    /// The server, for sentences.
    var server: String { endpoint?.absoluteString ?? "AWS (\(region))" }

    private static func credentials(
        _ environment: [String: String], _ profile: AWSProfile
    ) throws(ShotlistError) -> S3Credentials {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let remedy =
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile with a key of its own."
        let (key, secret) = (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))
        var found: S3Credentials?
        if let key, let secret {
            found = S3Credentials(accessKey: key, secretKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        } else if key == nil, secret == nil, let key = profile["aws_access_key_id"],
            let secret = profile["aws_secret_access_key"]
        {
            found = S3Credentials(accessKey: key, secretKey: secret, sessionToken: profile["aws_session_token"])
        }
        guard let found else {
            let what =
                key == nil && secret == nil
                ? "There are no credentials for S3, neither in the environment nor in the profile "
                    + "'\(value("AWS_PROFILE") ?? "default")' of ~/.aws/credentials."
                : "Of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY one is missing."
            throw ShotlistError(.invalidArgument, what, remedy: remedy)
        }
        guard found.isSendable else {
            throw ShotlistError(
                .invalidArgument, "The key for S3 has characters that no key has, a line's end perhaps.", remedy: remedy
            )
        }
        return found
    }

    private static func endpoint(_ text: String, from name: String) throws(ShotlistError) -> URL {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
            url.host()?.isEmpty == false, url.path().isEmpty || url.path() == "/", url.query() == nil,
            url.user() == nil, url.password() == nil, url.hasKnownPort
        else {
            // The text is not repeated: there may be a password in it.
            throw ShotlistError(
                .invalidArgument, "\(name) is not the address of an S3 server.",
                remedy: "Set it to something like https://s3.example:9000, without a user name and without a path.")
        }
        return url
    }
}
