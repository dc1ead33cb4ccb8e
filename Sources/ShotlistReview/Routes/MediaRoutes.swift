internal import Hummingbird
import NIOPosix
import ShotlistCatalog

extension ReviewRoutes {
    /// Previews and clips, by the key of a window that the catalog knows.
    func addMedia(to router: Router<BasicRequestContext>) {
        router.get("/media/preview/:clip/:frames") { [media] request, context in
            let key = try await self.knownKey(context)
            let file = try await NIOThreadPool.singleton.runIfActive { try media.preview(key) }
            return FileResponse.of(file, type: "image/webp", to: request)
        }
        router.get("/media/clip/:clip/:frames") { [media] request, context in
            let key = try await self.knownKey(context)
            let file = try await NIOThreadPool.singleton.runIfActive { try media.clip(key) }
            return FileResponse.of(file, type: "video/mp4", to: request)
        }
    }
}
