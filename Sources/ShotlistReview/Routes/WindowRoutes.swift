internal import Hummingbird
import ShotlistCatalog
import ShotlistCore

extension ReviewRoutes {
    /// The most windows of one answer.
    private static let mostOfPage = 200

    /// Part of a list.
    private struct Page: Encodable {
        let offset: Int
        let windows: [WindowBody]
    }

    private struct Count: Encodable {
        let count: Int
    }

    /// One window, with all that is known of it.
    private struct Detail: Encodable {
        let window: WindowBody
        let history: [HistoryBody]
        /// Why the ledger could not be asked: the prompt, settings and earlier answers may be missing then.
        let problem: String?
    }

    /// Lists, how long they are, and one window.
    func addWindows(to router: Router<BasicRequestContext>) {
        router.get("/api/windows") { [catalog] request, _ in
            let query = QueryString(request.uri.query ?? "")
            let list = try WindowQuery(query)
            let offset = try Self.number(query, "offset", 0...Int(Int32.max)) ?? 0
            let limit = try Self.number(query, "limit", 1...Self.mostOfPage) ?? Self.mostOfPage
            let windows = try await catalog.windows(
                list.filter, order: list.order, descending: list.isDescending, offset: offset, limit: limit)
            return try JSONBody.response(Page(offset: offset, windows: windows.map { WindowBody($0, isWhole: false) }))
        }
        router.get("/api/count") { [catalog] request, _ in
            let list = try WindowQuery(QueryString(request.uri.query ?? ""))
            return try JSONBody.response(Count(count: try await catalog.count(list.filter)))
        }
        router.get("/api/windows/:clip/:frames") { request, context in
            let window = try await self.window(try self.key(context))
            let history = try await catalog.history(window.key)
            return try JSONBody.response(
                Detail(
                    window: WindowBody(window, isWhole: true), history: history.entries.map(HistoryBody.init),
                    problem: window.ledgerProblem ?? history.ledgerProblem?.description))
        }
    }

    private static func number(
        _ query: QueryString, _ name: String, _ range: ClosedRange<Int>
    ) throws(ShotlistError) -> Int? {
        guard let text = query.first(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw ShotlistError(
                .invalidArgument, "'\(text.printable)' is no \(name) of a list.",
                remedy: "Give \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}
