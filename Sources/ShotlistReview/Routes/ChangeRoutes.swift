internal import Hummingbird
import ShotlistCatalog
import ShotlistCore

extension ReviewRoutes {
    /// The most bytes of a change: a caption, with room for one that is a page long.
    private static let mostOfChange = 1 << 17

    /// A window after a change.
    private struct Changed: Encodable {
        let window: WindowBody
    }

    private struct Undone: Encodable {
        let windows: [WindowBody]
        /// How many windows were taken back, also those that are not sent.
        let count: Int
        /// How many windows of the change stay, as others changed them since.
        let kept: Int
    }

    /// Why a change was not made, and the window as it is now, so that the page can show both texts.
    private struct Conflict: Encodable {
        let error: ErrorBody.Words
        let window: WindowBody?
    }

    /// Changes of one window, and undoing.
    func addChanges(to router: Router<BasicRequestContext>) {
        router.post("/api/windows/:clip/:frames/change") { [catalog, watch] request, context in
            let key = try self.key(context)
            let change = try await JSONBody.read(ChangeBody.self, of: request, most: Self.mostOfChange)
            do {
                let window = try await catalog.change(
                    key, change.change, expecting: change.expecting, seeing: change.seen,
                    by: ReviewerName.of(request))
                watch.note()
                return try JSONBody.response(Changed(window: WindowBody(window, isWhole: true)))
            } catch let error as ShotlistError where error.code == .conflict {
                let window = try await catalog.window(key).map { WindowBody($0, isWhole: true) }
                return try JSONBody.response(
                    Conflict(error: ErrorBody.Words(error), window: window), status: .conflict)
            }
        }
        router.post("/api/undo") { [catalog, watch] request, _ in
            let (windows, count, kept) = try await catalog.undoAndCount(by: ReviewerName.of(request))
            watch.note()
            // Of a bulk change a page needs to know that it must ask again, and not every window.
            let some = windows.prefix(200).map { WindowBody($0, isWhole: true) }
            return try JSONBody.response(Undone(windows: some, count: count, kept: kept))
        }
    }
}
