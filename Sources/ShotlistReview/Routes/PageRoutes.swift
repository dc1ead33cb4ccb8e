import Foundation
internal import HTTPTypes
internal import Hummingbird

extension ReviewRoutes {
    /// What a page knows first.
    private struct Session: Encodable {
        let token: String
        let person: String
        let output: String
        /// The output folder as it was given, for commands that are shown.
        let path: String
    }

    /// The page, what it is made of, and the session.
    func addPages(to router: Router<BasicRequestContext>) {
        router.get("/") { request, _ in Self.page("index.html", to: request) }
        router.get("/assets/:name") { request, context in
            Self.page(context.parameters.get("name") ?? "", to: request)
        }
        router.get("/favicon.ico") { request, _ in Self.page("icon.svg", to: request) }
        router.get("/api/session") { [options, session] _, _ in
            let name = URL(filePath: options.outputPath).lastPathComponent
            let body = Session(
                token: session.text, person: options.person, output: name, path: options.outputPath)
            return try JSONBody.response(body)
        }
    }

    /// A page by its name in the program; no file of the disk.
    private static func page(_ name: String, to request: Request) -> Response {
        guard let page = WebPages.all[name] else {
            return Response(status: .notFound)
        }
        var headers = HTTPFields()
        headers.set("Content-Type", page.type)
        headers.set("ETag", page.tag)
        // The next release has others by the same names.
        headers.set("Cache-Control", "no-cache")
        if request.headers.text("If-None-Match") == page.tag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }
}
