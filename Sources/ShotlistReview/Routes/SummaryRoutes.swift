internal import Hummingbird
import ShotlistCatalog

extension ReviewRoutes {
    /// Counts by which a list can be filtered, plots, and how far a run is.
    func addSummaries(to router: Router<BasicRequestContext>) {
        router.get("/api/facets") { [catalog] request, _ in
            let query = QueryString(request.uri.query ?? "")
            let facets = try await catalog.facets(try WindowQuery(query).filter, naming: query.first("find"))
            return try JSONBody.response(FacetsBody(facets))
        }
        router.get("/api/statistics") { [catalog] request, _ in
            let list = try WindowQuery(QueryString(request.uri.query ?? ""))
            return try JSONBody.response(StatisticsBody(try await catalog.statistics(list.filter)))
        }
        router.get("/api/news") { [watch] _, _ in
            try JSONBody.response(watch.latest())
        }
    }
}
