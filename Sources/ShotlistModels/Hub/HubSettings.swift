import Foundation
import ShotlistCore
import ShotlistNetwork

/// How the model hub is reached: what the environment says, by the variables that Hugging Face's own tools read.
public struct HubSettings: Sendable {
    /// The address of the hub: `HF_ENDPOINT`, else `https://huggingface.co`.
    public var endpoint: URL
    /// Whether no request may be made: `HF_HUB_OFFLINE`.
    public var isOffline: Bool
    /// The cache of Hugging Face's tools: `HF_HUB_CACHE`, else `hub` below `HF_HOME`.
    public var cacheFolder: String
    /// Sent to the endpoint's own host only: `HF_TOKEN`, else what is in the token file.
    let token: BearerToken?
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`.
    let proxies: ProxySettings

    /// What pip is told: everything but the token.
    let environment: [String: String]

    /// Whether there is a token.
    public var hasToken: Bool { token != nil }

    /// Reads the environment.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a value that cannot be used.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ShotlistError) {
        endpoint = try Self.endpoint(environment["HF_ENDPOINT"])
        isOffline = ["1", "true", "yes", "on"].contains(environment["HF_HUB_OFFLINE"]?.lowercased() ?? "")
        let home = Self.home(environment)
        cacheFolder = Self.value("HF_HUB_CACHE", environment) ?? home + "/hub"
        let tokenFile = Self.value("HF_TOKEN_PATH", environment) ?? home + "/token"
        token =
            environment["HF_TOKEN"].flatMap(BearerToken.init)
            ?? (try? String(contentsOfFile: tokenFile, encoding: .utf8)).flatMap(BearerToken.init)
        guard token?.isSendable != false else {
            throw ShotlistError(
                .invalidArgument, "The hub's access token holds characters that no token has.",
                remedy: "Set HF_TOKEN to the token alone, or write it anew to '\(tokenFile)'.")
        }
        proxies = try ProxySettings(environment: environment)
        self.environment = environment.filter { $0.key != "HF_TOKEN" }
    }

    /// Reads the environment, and takes models from another place than it says.
    ///
    /// - Parameter place: the address of a mirror, which is asked as the hub is; or a folder that holds a cache as Hugging Face's
    ///   tools keep one, from which files are copied, with nothing asked of any hub; nil for what the environment says.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is neither; `model_missing` for a folder that is not there.
    public init(
        modelsFrom place: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ShotlistError) {
        guard let place else {
            try self.init(environment: environment)
            return
        }
        if place.contains("://"), !place.hasPrefix("file://") {
            do throws(ShotlistError) {
                try self.init(environment: environment.merging(["HF_ENDPOINT": place]) { $1 })
            } catch {
                guard error.message.hasPrefix("HF_ENDPOINT") else { throw error }
                throw ShotlistError(
                    .invalidArgument, "--model-url is not the address of a hub.",
                    remedy:
                        "Give something like https://hub.example, without a user name and without a query, or a folder."
                )
            }
            return
        }
        let folder = place.hasPrefix("file://") ? URL(string: place)?.path ?? "" : place
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw ShotlistError(
                .modelMissing, "There is no folder '\(folder)', which --model-url names.",
                remedy: "See that it is mounted here, or give the address of a mirror.")
        }
        try self.init(
            environment: environment.merging(["HF_HUB_CACHE": folder, "HF_HUB_OFFLINE": "1"]) { $1 })
    }

    private static func endpoint(_ text: String?) throws(ShotlistError) -> URL {
        var text = text?.trimmingCharacters(in: .whitespaces) ?? ""
        if text.isEmpty { text = "https://huggingface.co" }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), url.scheme == "https" || url.scheme == "http",
            url.host()?.isEmpty == false, url.user() == nil, url.query() == nil, url.hasKnownPort
        else {
            throw ShotlistError(
                .invalidArgument, "HF_ENDPOINT is not the address of a hub.",
                remedy: "Set it to something like https://huggingface.co, without a user name and without a query.")
        }
        return url
    }

    private static func home(_ environment: [String: String]) -> String {
        if let home = value("HF_HOME", environment) { return home }
        let user = environment["HOME"] ?? NSHomeDirectory()
        return (value("XDG_CACHE_HOME", environment) ?? user + "/.cache") + "/huggingface"
    }

    /// A variable that names a file or folder; an empty one counts as not set.
    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return (value as NSString).expandingTildeInPath
    }
}

extension URL {
    /// Whether two addresses are of one host: scheme, name and port.
    func hasSameOrigin(as other: URL) -> Bool {
        func origin(_ url: URL) -> [String] {
            let scheme = url.scheme?.lowercased() ?? ""
            return [scheme, url.host()?.lowercased() ?? "", String(url.port ?? (scheme == "https" ? 443 : 80))]
        }
        return origin(self) == origin(other)
    }
}
