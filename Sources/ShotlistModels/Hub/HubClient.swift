import Foundation
import ShotlistCore
import ShotlistNetwork

/// Questions to the hub about one repository.
struct HubClient {
    let transport: HubTransport
    let settings: HubSettings
    let repository: HubRepository
    let retry: RetryPolicy
    let onEvent: @Sendable (ModelEvent) -> Void

    var failure: HubFailure { HubFailure(settings: settings, repository: repository) }

    /// The commit that the repository's revision means, and the name that the repository has now.
    func revision() async throws -> HubRevision {
        let url = try address("/api/models/\(repository.id)/revision/\(Self.encoded(repository.revision))")
        let answer = try await answer(to: url).data
        guard let revision = try? JSONDecoder().decode(HubRevision.self, from: answer),
            case .gitBlob = ContentID(revision.sha), RepositoryName.isSafe(revision.id)
        else { throw strange("which commit '\(repository.revision)' is") }
        let wanted = repository.revision.lowercased()
        let isCommit = (7...40).contains(wanted.utf8.count) && wanted.allSatisfy(\.isHexDigit)
        guard !isCommit || revision.sha.lowercased().hasPrefix(wanted) else {
            throw ShotlistError(
                .modelDownloadFailed,
                "\(settings.endpoint) answers with the commit \(revision.sha) of '\(repository.id)' "
                    + "when asked for \(repository.revision).",
                remedy: "See that HF_ENDPOINT is the address of a hub, and give the whole commit.")
        }
        return revision
    }

    /// All files of the repository `id` at the commit `sha`.
    func tree(id: String, sha: String) async throws -> [HubFile] {
        let first = "/api/models/\(id)/tree/\(sha)"
        var query: String? = "recursive=true&expand=false"
        var seen: Set<String> = []
        var listing = HubListing()
        while let page = query {
            guard seen.insert(page).inserted, seen.count <= 1000 else { throw strange("which files there are") }
            let (data, links) = try await answer(to: address("\(first)?\(page)"))
            guard let entries = try? JSONDecoder().decode([TreeEntry].self, from: data) else {
                throw strange("which files there are")
            }
            for entry in entries where entry.type == "file" {
                guard HubFile.isSafe(entry.path) else {
                    throw ShotlistError(
                        .modelDownloadFailed,
                        "'\(repository)' lists a file whose path leads out of its folder: "
                            + "\(entry.path.debugDescription).",
                        remedy: "Do not use this repository.")
                }
                guard let file = entry.file else { throw strange("size and hash of '\(entry.path)'") }
                try listing.add(file, of: repository)
            }
            // A mirror may name the original host in its links: only the cursor is taken from them.
            query = LinkHeader.next(in: links).flatMap { URLComponents(string: $0)?.percentEncodedQuery }
        }
        return listing.files
    }

    /// The address of a file.
    func address(of file: HubFile, id: String, sha: String) throws -> URL {
        try address("/\(id)/resolve/\(sha)/\(file.path.split(separator: "/").map(Self.encoded).joined(separator: "/"))")
    }

    private func address(_ path: String) throws -> URL {
        guard let url = URL(string: settings.endpoint.absoluteString + path) else {
            throw ShotlistError(.internalFailure, "'\(path)' is no path of an address.")
        }
        return url
    }

    private static func encoded(_ part: some StringProtocol) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return part.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    private func strange(_ what: String) -> ShotlistError {
        ShotlistError(
            .modelDownloadFailed, "\(settings.endpoint) does not tell \(what) of '\(repository.id)' as a hub does.",
            remedy: "See that HF_ENDPOINT is the address of a hub.")
    }

    /// Asks until there is an answer, within the policy.
    private func answer(to url: URL) async throws -> (data: Data, links: [String]) {
        var failures = 0
        while true {
            do {
                let response = try await transport.get(url)
                guard response.status == 200 else { throw failure.error(response, file: nil) }
                do {
                    return (
                        try await response.data(upTo: 64 << 20),
                        response.headers[canonicalForm: "Link"].map(String.init)
                    )
                } catch {
                    try Task.checkCancellation()
                    throw PassingFault(reason: NetworkTrouble.sentence(for: error, host: url.host() ?? ""))
                }
            } catch let fault as PassingFault {
                failures += 1
                try await pause(after: fault, failures: failures, file: nil)
            }
        }
    }

    /// Waits before the next attempt.
    ///
    /// - Throws: ``ShotlistError`` when there is none.
    func pause(after fault: PassingFault, failures: Int, file: String?) async throws {
        guard failures < retry.attempts else { throw failure.givenUp(fault, file: file) }
        if let asked = fault.pause, asked > retry.longestPause {
            throw ShotlistError(
                .modelDownloadFailed,
                "\(settings.endpoint) asks to wait \(asked.components.seconds) s before the next request.",
                remedy: "Run the same command again after that; what is here is kept and continued.")
        }
        let pause = retry.pause(after: failures, asked: fault.pause)
        onEvent(.retrying(file: file, reason: fault.reason, pause: pause))
        try await retry.sleep(pause)
    }
}
