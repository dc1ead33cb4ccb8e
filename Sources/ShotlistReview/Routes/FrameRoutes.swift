internal import HTTPTypes
internal import Hummingbird
import NIOPosix
import ShotlistCatalog
import ShotlistCore

extension ReviewRoutes {
    /// What the page is told of a frame beside its picture: of which file it is, and when it is shown in the video.
    private static let (ofField, timeField) = ("X-Shotlist-Frame-Of", "X-Shotlist-Time")

    /// The frames that the model was shown: `/media/frame/CLIP/START_END/N`, counted among these.
    func addFrames(to router: Router<BasicRequestContext>) {
        router.get("/media/frame/:clip/:frames/:number") { request, context in
            let window = try await self.window(try self.key(context))
            guard let number = context.parameters.get("number").flatMap({ Int($0) }),
                window.framesShown.indices.contains(number)
            else { throw HTTPError(.notFound) }
            return try await self.frame(number, of: window, to: request)
        }
    }

    private func frame(_ number: Int, of window: CatalogWindow, to request: Request) async throws -> Response {
        // A ledger that cannot be asked knows nothing of the video; that it is there must do.
        let recorded = try? await catalog.stamp(ofSource: window.source)
        let files = try await NIOThreadPool.singleton.runIfActive { [media] in
            FrameFile.all(of: window, recorded: recorded, media)
        }
        var problems: [String] = []
        for file in files {
            var headers = HTTPFields()
            let tag = file.tag(ofFrame: window.framesShown[number])
            headers.set("ETag", tag)
            // The video may be put back, or changed, at any time.
            headers.set("Cache-Control", "private, no-cache")
            headers.set(Self.ofField, file.kind.rawValue)
            if request.headers.text("If-None-Match") == tag {
                return Response(status: .notModified, headers: headers)
            }
            do {
                guard let picture = try await frames.picture(number, of: window, in: file) else {
                    problems.append("The \(file.kind.rawValue) has no such frame.")
                    continue
                }
                headers.set("Content-Type", "image/jpeg")
                headers.set(Self.timeField, "\(picture.time)")
                return Response(
                    status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.jpeg)))
            } catch let error as ShotlistError {
                problems.append(error.message)
            }
        }
        if problems.isEmpty {
            problems = ["The video is not there as the run read it, and there is no file of the clip."]
        }
        throw ShotlistError(
            .unreadable, "The frame cannot be shown. " + problems.joined(separator: " "),
            remedy: "Bring the video back to where the run read it.")
    }
}
