internal import Hummingbird
import ShotlistCatalog
import ShotlistCore

extension ReviewRoutes {
    /// The most bytes of a bulk change, with the keys of a selection in it.
    private static let mostOfBulk = 1 << 20
    /// The most changes of one answer.
    private static let mostOfPreview = 200

    private struct Applied: Encodable {
        let count: Int
    }

    /// Changes of all windows that a filter finds: shown first, then made.
    func addBulk(to router: Router<BasicRequestContext>) {
        router.post("/api/bulk/preview") { [catalog] request, _ in
            let body = try await JSONBody.read(BulkBody.self, of: request, most: Self.mostOfBulk)
            let filter = try WindowQuery(QueryString(body.query)).filter
            let preview = try await catalog.previewBulk(
                try body.bulk, filter, offset: body.offset ?? 0, limit: body.limit ?? Self.mostOfPreview)
            return try JSONBody.response(BulkPreviewBody(preview))
        }
        router.post("/api/bulk/apply") { [catalog, watch] request, _ in
            let body = try await JSONBody.read(BulkBody.self, of: request, most: Self.mostOfBulk)
            guard let token = body.token else {
                throw ShotlistError(
                    .invalidArgument, "The changes were not looked at.", remedy: "Preview them, then apply them.")
            }
            let filter = try WindowQuery(QueryString(body.query)).filter
            let count = try await catalog.apply(
                try body.bulk, filter, expecting: token, by: ReviewerName.of(request))
            watch.note()
            return try JSONBody.response(Applied(count: count))
        }
    }
}
