internal import HTTPTypes
internal import Hummingbird
import ShotlistCore

/// Stands before every route: refuses what is not for us, and turns errors into answers.
struct RequestGuard<Context: RequestContext>: RouterMiddleware {
    let rules: RequestRules

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            if let refusal = rules.refusal(request) { throw refusal }
            if rules.access != nil, rules.shows(QueryString(request.uri.query ?? "")), request.uri.path == "/" {
                response = admission(request)
            } else {
                response = try await next(request, context)
            }
        } catch {
            response = try ErrorBody.response(to: error)
        }
        SecurityHeaders.add(to: &response.headers)
        return response
    }

    /// Takes the token out of the address, where it would be seen and kept, into a cookie. A stricter one (`Strict`) would not
    /// come along when the address is opened from another page, such as a mail's; changes need the session's token besides.
    private func admission(_ request: Request) -> Response {
        var headers = HTTPFields()
        headers.set("Location", "/")
        headers.set("Cache-Control", "no-store")
        headers.set(
            "Set-Cookie",
            "\(RequestRules.cookie(for: request.head.authority))=\(rules.access?.text ?? "")"
                + "; Path=/; HttpOnly; SameSite=Lax")
        return Response(status: .seeOther, headers: headers)
    }
}
