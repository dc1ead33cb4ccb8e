import Foundation
internal import HTTPTypes
internal import Hummingbird
import NIOPosix
import ShotlistCatalog
import ShotlistCore
import ShotlistLedger

extension ReviewRoutes {
    /// What the page is told of a frame beside its picture: of which file it is, when it is shown in the video, and why it is not
    /// known whether the video is the one that the run read (percent-encoded; only then).
    private static let (ofField, timeField, doubtField) = (
        "X-Shotlist-Frame-Of", "X-Shotlist-Time", "X-Shotlist-Frame-Doubt"
    )

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

    /// What the ledger knows of a window's video. One that cannot be asked knows nothing, and that the video is there must do:
    /// then it is told why.
    private func stamp(of window: CatalogWindow) async -> (recorded: SourceStamp?, doubt: String?) {
        do throws(ShotlistError) {
            return (try await catalog.stamp(ofSource: window.source), nil)
        } catch {
            return (nil, error.message)
        }
    }

    private func frame(_ number: Int, of window: CatalogWindow, to request: Request) async throws -> Response {
        let (recorded, doubt) = await stamp(of: window)
        let files = try await NIOThreadPool.singleton.runIfActive { [media] in
            FrameFile.all(of: window, recorded: recorded, media)
        }
        var problems = doubt.map { [$0] } ?? []
        for file in files {
            var headers = HTTPFields()
            let tag = file.tag(ofFrame: window.framesShown[number])
            headers.set("ETag", tag)
            // The video may be put back, or changed, at any time.
            headers.set("Cache-Control", "private, no-cache")
            headers.set(Self.ofField, file.kind.rawValue)
            if let doubt, file.kind == .video {
                let plain = doubt.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
                headers.set(Self.doubtField, plain)
                // A kept answer would go on telling it.
                headers.set("Cache-Control", "private, no-store")
            } else if request.headers.text("If-None-Match") == tag {
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
        if files.isEmpty {
            problems.append("The video is not there as the run read it, and there is no file of the clip.")
        }
        throw ShotlistError(
            .unreadable, "The frame cannot be shown. " + problems.joined(separator: " "),
            remedy: "Bring the video back to where the run read it.")
    }
}
