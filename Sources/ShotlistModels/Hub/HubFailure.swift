import Foundation
import ShotlistCore
import ShotlistNetwork

/// What an answer other than success means, as a sentence with its remedy.
struct HubFailure {
    let settings: HubSettings
    let repository: HubRepository

    /// The error that a status stands for; `file` is nil for a question about the repository itself.
    func error(_ response: HubResponse, file: String?) -> any Error {
        let code = response.headers.first(name: "X-Error-Code") ?? ""
        switch response.status {
        case 429, 408, 425, 500...599:
            return PassingFault(
                reason: response.status == 429
                    ? "the hub asks to slow down (429)" : "the server has trouble (\(response.status))",
                pause: RetryAfter.duration(response.headers.first(name: "Retry-After")))
        // A signed address on another host runs out; the hub gives a new one.
        case 400...499 where !response.isFromEndpoint:
            return PassingFault(reason: "the host that keeps the file refuses to send it (\(response.status))")
        case 401, 403:
            return refused(response, code: code)
        case 404, 410:
            return missing(code: code, file: file)
        default:
            return ShotlistError(
                .modelDownloadFailed,
                "\(settings.endpoint) answers \(response.status) when asked for \(what(file)).",
                remedy: "See that HF_ENDPOINT is the address of a hub.")
        }
    }

    /// The sentence for what stayed wrong until the last attempt.
    func givenUp(_ fault: PassingFault, file: String?) -> ShotlistError {
        let remedy =
            fault.isWrongContent
            ? "Try again later; if it stays so, the hub's copy is damaged or a proxy changes it."
            : "Check the network, HTTPS_PROXY and HF_ENDPOINT, and run the same command again; "
                + "what is here is kept and continued."
        return ShotlistError(
            .modelDownloadFailed, "Downloading \(what(file)) from \(settings.endpoint) failed: \(fault.reason).",
            remedy: remedy)
    }

    private func what(_ file: String?) -> String {
        file.map { "'\($0)' of '\(repository.id)'" } ?? "'\(repository.id)'"
    }

    private func refused(_ response: HubResponse, code: String) -> ShotlistError {
        let page = "\(settings.endpoint)/\(repository.id)"
        let message = response.headers.first(name: "X-Error-Message") ?? ""
        if settings.hasToken, message.contains("Invalid credentials") || message.contains("expired") {
            return ShotlistError(
                .modelGated, "\(settings.endpoint) does not accept the token of HF_TOKEN or of the token file.",
                remedy: "Make a new one at \(settings.endpoint)/settings/tokens and set HF_TOKEN to it.")
        }
        if code == "GatedRepo" || response.status == 403 {
            return settings.hasToken
                ? ShotlistError(
                    .modelGated, "'\(repository.id)' is gated, and the account of your token has no access to it.",
                    remedy: "Ask for access at \(page) with that account, wait until it is given, "
                        + "and see that the token may read gated repositories.")
                : ShotlistError(
                    .modelGated, "'\(repository.id)' is gated, and there is no token.",
                    remedy: "Accept its terms at \(page), make a token at \(settings.endpoint)/settings/tokens, "
                        + "and set HF_TOKEN to it.")
        }
        // The hub does not tell strangers which repositories do not exist and which are private.
        return ShotlistError(
            .modelMissing,
            settings.hasToken
                ? "There is no repository '\(repository.id)', or the account of your token may not see it."
                : "There is no repository '\(repository.id)', or it is not public.",
            remedy: settings.hasToken
                ? "Check the name at \(settings.endpoint), or use a token of an account that may see it."
                : "Check the name at \(settings.endpoint); if it is private, set HF_TOKEN to a token that may read it.")
    }

    private func missing(code: String, file: String?) -> ShotlistError {
        if let file, code != "RepoNotFound", code != "RevisionNotFound" {
            return ShotlistError(
                .modelMissing, "There is no file '\(file)' in '\(repository)'.",
                remedy: "Check the file's name at \(settings.endpoint)/\(repository.id).")
        }
        if code == "RevisionNotFound" {
            return ShotlistError(
                .modelMissing, "'\(repository.id)' has no revision '\(repository.revision)'.",
                remedy: "Choose one at \(settings.endpoint)/\(repository.id)/commits/main.")
        }
        return ShotlistError(
            .modelMissing, "There is no repository '\(repository.id)' at \(settings.endpoint).",
            remedy: "Check the name of the owner and of the model.")
    }
}
