internal import Hummingbird
import ShotlistCatalog
import ShotlistCore

/// What the routes share.
struct ReviewRoutes: Sendable {
    let catalog: Catalog
    let media: OutputMedia
    let frames: FramePictures
    let watch: RunWatch
    let again: AgainRun
    let options: ReviewOptions
    let session: SecretToken

    /// Adds all routes.
    func add(to router: Router<BasicRequestContext>) {
        addPages(to: router)
        addWindows(to: router)
        addSummaries(to: router)
        addChanges(to: router)
        addBulk(to: router)
        addMedia(to: router)
        addFrames(to: router)
        addAgain(to: router)
    }

    /// The window that an address names: `:clip/:frames`, such as `<uuid>/0_127`.
    ///
    /// - Throws: `HTTPError` (404) for what is no key.
    func key(_ context: BasicRequestContext) throws -> WindowKey {
        guard let clip = context.parameters.get("clip"), let frames = context.parameters.get("frames"),
            let key = WindowKey("\(clip)/\(frames)")
        else { throw HTTPError(.notFound) }
        return key
    }

    /// The window that an address names, when the catalog knows it: files are asked for often and in pieces, and nothing
    /// else of the window is looked at.
    func knownKey(_ context: BasicRequestContext) async throws -> WindowKey {
        let key = try self.key(context)
        guard try await catalog.has(key) else { throw HTTPError(.notFound) }
        return key
    }

    /// The window itself, as the catalog knows it.
    func window(_ key: WindowKey) async throws -> CatalogWindow {
        guard let window = try await catalog.window(key) else { throw HTTPError(.notFound) }
        return window
    }
}
