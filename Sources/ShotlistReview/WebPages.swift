import Foundation
import ShotlistCore

/// The files that the page is made of. They are in the program, so that it is one file wherever it is installed.
struct WebPage: Sendable {
    /// Its bytes.
    let bytes: [UInt8]
    /// Its media type.
    let type: String
    /// A name for its content, for caches.
    let tag: String

    fileprivate init(_ bytes: [UInt8], _ type: String) {
        self.bytes = bytes
        self.type = type
        // FNV-1a: it only has to differ from the last release's.
        let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        tag = "\"\(String(hash, radix: 16))\""
    }
}

/// All pages by their names.
enum WebPages {
    private static let script = "text/javascript; charset=utf-8"

    /// By the name in `/assets/`.
    static let all: [String: WebPage] = [
        "index.html": WebPage(PackageResources.index_html, "text/html; charset=utf-8"),
        "style.css": WebPage(PackageResources.style_css, "text/css; charset=utf-8"),
        "parts.css": WebPage(PackageResources.parts_css, "text/css; charset=utf-8"),
        "icon.svg": WebPage(PackageResources.icon_svg, "image/svg+xml"),
        "announce.js": WebPage(PackageResources.announce_js, script),
        "api.js": WebPage(PackageResources.api_js, script),
        "app.js": WebPage(PackageResources.app_js, script),
        "bulk.js": WebPage(PackageResources.bulk_js, script),
        "card.js": WebPage(PackageResources.card_js, script),
        "conflict.js": WebPage(PackageResources.conflict_js, script),
        "controls.js": WebPage(PackageResources.controls_js, script),
        "detail.js": WebPage(PackageResources.detail_js, script),
        "diff.js": WebPage(PackageResources.diff_js, script),
        "dom.js": WebPage(PackageResources.dom_js, script),
        "draft.js": WebPage(PackageResources.draft_js, script),
        "edit.js": WebPage(PackageResources.edit_js, script),
        "editor.js": WebPage(PackageResources.editor_js, script),
        "facetsearch.js": WebPage(PackageResources.facetsearch_js, script),
        "filters.js": WebPage(PackageResources.filters_js, script),
        "frames.js": WebPage(PackageResources.frames_js, script),
        "geometry.js": WebPage(PackageResources.geometry_js, script),
        "history.js": WebPage(PackageResources.history_js, script),
        "keys.js": WebPage(PackageResources.keys_js, script),
        "list.js": WebPage(PackageResources.list_js, script),
        "live.js": WebPage(PackageResources.live_js, script),
        "panel.js": WebPage(PackageResources.panel_js, script),
        "pending.js": WebPage(PackageResources.pending_js, script),
        "person.js": WebPage(PackageResources.person_js, script),
        "player.js": WebPage(PackageResources.player_js, script),
        "plots.js": WebPage(PackageResources.plots_js, script),
        "preview.js": WebPage(PackageResources.preview_js, script),
        "ranges.js": WebPage(PackageResources.ranges_js, script),
        "rerun.js": WebPage(PackageResources.rerun_js, script),
        "state.js": WebPage(PackageResources.state_js, script),
        "text.js": WebPage(PackageResources.text_js, script),
        "theme.js": WebPage(PackageResources.theme_js, script),
        "windows.js": WebPage(PackageResources.windows_js, script),
    ]
}
