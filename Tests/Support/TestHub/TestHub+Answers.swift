import Foundation

extension TestHub {
    /// What the hub says to a request, and whether it waits before it says it.
    func answer(_ request: Request) -> (answer: Answer, isHeld: Bool) {
        state.withLock { state in
            state.requests.append(request)
            let (plain, whole) = Self.plain(request, state)
            var answer = plain
            var isHeld = false
            if let index = state.faults.firstIndex(where: { $0.times > 0 && request.uri.contains($0.part) }) {
                state.faults[index].times -= 1
                let fault = state.faults[index].fault
                if case .held = fault { isHeld = true }
                answer = plain.with(fault, uri: request.uri, whole: whole)
            }
            let path = String(request.uri.prefix { $0 != "?" })
            state.served[path, default: 0] += min(answer.sent ?? .max, answer.body.count)
            return (answer, isHeld)
        }
    }

    private static func plain(_ request: Request, _ state: State) -> (Answer, Data) {
        let halves = request.uri.split(separator: "?", maxSplits: 1).map(String.init)
        let path = halves.first ?? ""
        if let page = state.pages[path] {
            var answer = Answer.file(page.data, range: request.range)
            answer.headers.append(("Content-Type", page.type))
            return (answer, page.data)
        }
        var parts = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        let isAPI = parts.starts(with: ["api", "models"])
        if isAPI { parts.removeFirst(2) }
        guard parts.count >= 4 else { return (Answer(status: 404), Data()) }
        let id = "\(parts[0])/\(parts[1])"
        if let new = state.renamed[id] {
            let location = request.uri.replacingOccurrences(of: "/\(id)/", with: "/\(new)/")
            return (Answer(status: 307, headers: [("Location", location)]), Data())
        }
        guard let repository = state.repositories.first(where: { $0.id == id }) else {
            // Strangers are not told what does not exist.
            return (.error(request.authorization == nil ? 401 : 404, "RepoNotFound", "Repository not found"), Data())
        }
        guard repository.means(parts[3]) else { return (.error(404, "RevisionNotFound", "Invalid rev id"), Data()) }
        switch (isAPI, parts[2]) {
        case (true, "revision"):
            let gated = repository.isGated ? #""manual""# : "false"
            return (.json(#"{"id":"\#(id)","sha":"\#(repository.sha)","gated":\#(gated)}"#), Data())
        case (true, "tree"):
            return (tree(repository, path: path, query: halves.dropFirst().first ?? "", state), Data())
        case (false, "resolve"):
            return resolve(repository, parts.dropFirst(4).joined(separator: "/"), request, state)
        default: return (Answer(status: 404), Data())
        }
    }

    private static func tree(_ repository: TestRepository, path: String, query: String, _ state: State) -> Answer {
        let cursor = query.split(separator: "&").first { $0.hasPrefix("cursor=") }
        let start = cursor.flatMap { Int($0.dropFirst(7)) } ?? 0
        let entries = repository.entries
        let end = min(entries.count, start + state.pageSize)
        // The host is another's on purpose: mirrors name the original there.
        let next = "<https://huggingface.invalid\(path)?recursive=true&expand=false&cursor=\(end)>; rel=\"next\""
        return .json(
            "[\(entries[start..<end].joined(separator: ","))]", headers: end < entries.count ? [("Link", next)] : [])
    }

    private static func resolve(
        _ repository: TestRepository, _ file: String, _ request: Request, _ state: State
    ) -> (Answer, Data) {
        if repository.isGated, !state.tokens.contains(request.authorization ?? "") {
            let status = request.authorization == nil ? 401 : 403
            return (.error(status, "GatedRepo", "Access to model \(repository.id) is restricted"), Data())
        }
        guard let data = repository.files[file] else { return (.error(404, "EntryNotFound"), Data()) }
        return (.file(data, range: request.range), data)
    }
}
