import Foundation
import ShotlistCatalog
import ShotlistCore

/// An output as one HTML file, for a glance without a server: no scripts, no other files, nothing to edit.
public struct StaticReview: Sendable {
    private let catalog: Catalog
    private let media: OutputMedia
    private let title: String

    /// The most windows of a file.
    public static let mostWindows = 2000
    /// The most bytes of previews in a file.
    private static let mostPictures = 64 << 20
    private static let page = 200

    /// What was written.
    public struct Report: Sendable, Hashable {
        /// Windows in the file.
        public let windows: Int
        /// Windows of the output.
        public let all: Int
        /// Windows in the file without a picture: they have no preview, or it had no room in it.
        public let withoutPicture: Int
    }

    /// Makes the writer of an output.
    ///
    /// - Parameters:
    ///   - catalog: the output's.
    ///   - outputPath: the output folder.
    public init(_ catalog: Catalog, outputPath: String) {
        self.catalog = catalog
        media = OutputMedia(outputPath: outputPath)
        title = URL(filePath: outputPath).lastPathComponent
    }

    /// Writes the file; it appears under its name when it is whole.
    ///
    /// - Throws: ``ShotlistError`` (`write_failed`), and what reading the catalog throws.
    public func write(to path: String) async throws(ShotlistError) -> Report {
        let all = try await catalog.count(WindowFilter())
        var cards: [String] = []
        var (room, withoutPicture) = (Self.mostPictures, 0)
        while cards.count < min(all, Self.mostWindows) {
            let windows = try await catalog.windows(
                WindowFilter(), order: .source, descending: false, offset: cards.count, limit: Self.page)
            guard !windows.isEmpty else { break }
            for window in windows.prefix(Self.mostWindows - cards.count) {
                let image = window.hasPreview ? picture(window.key, room: &room) : nil
                if image == nil { withoutPicture += 1 }
                cards.append(Self.card(window, picture: image))
            }
        }
        let report = Report(windows: cards.count, all: all, withoutPicture: withoutPicture)
        do {
            try Data(document(cards, report).utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ShotlistError(
                .writeFailed, "'\(path.printable)' cannot be written.",
                remedy: "See that its folder is there, has room, and that you may write in it.")
        }
        return report
    }

    /// The preview as an address that holds it; nil when it is gone or there is no room.
    private func picture(_ key: WindowKey, room: inout Int) -> String? {
        guard let file = try? media.preview(key), file.size <= room, file.size > 0,
            let bytes = try? file.read(at: 0, upTo: file.size), bytes.count == file.size
        else { return nil }
        room -= bytes.count
        return "data:image/webp;base64,\(Data(bytes).base64EncodedString())"
    }

    private static func card(_ window: CatalogWindow, picture: String?) -> String {
        let none = "<span class=\"none\">No preview</span>"
        let image = picture.map { "<img alt=\"\" loading=\"lazy\" src=\"\($0)\">" } ?? none
        let span = "\(Timecode.text(window.windowSpan.lowerBound)) to \(Timecode.text(window.windowSpan.upperBound))"
        let review = window.review.decision == .none ? [] : [window.review.decision.rawValue]
        let rating = window.review.rating.map { ["rated \($0)"] } ?? []
        let marks = ([window.status.rawValue] + review + rating + window.flags + window.review.tags)
            .map { "<li>\(HTMLText.escaped($0))</li>" }.joined()
        let caption = WindowBody.cut(window.shownCaption ?? window.reasonText ?? "No caption")
        let others = WindowBody.words(window.captions).filter { $0.text != window.shownCaption }.map {
            "<p class=\"other\" dir=\"auto\"><b>\(HTMLText.escaped($0.name))</b> \(HTMLText.escaped(WindowBody.cut($0.text)))</p>"
        }.joined()
        return """
            <li><div class="picture">\(image)</div><div><h2><bdi>\(HTMLText.escaped(window.relativePath))</bdi>, \(span)</h2>\
            <ul class="marks">\(marks)</ul><p dir="auto">\(HTMLText.escaped(caption))</p>\(others)</div></li>
            """
    }

    private func document(_ cards: [String], _ report: Report) -> String {
        let rest = report.all > report.windows ? " These are the first \(report.windows)." : ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escaped(title)): Shotlist</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <header><h1>\(HTMLText.escaped(title))</h1><p>\(report.all) windows.\(rest)</p></header>
            <main><ol>
            \(cards.joined(separator: "\n"))
            </ol></main>
            </body>
            </html>

            """
    }

    private static let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

    private static let style = """
        :root{--back:#fff;--text:#1b1f24;--quiet:#505863;--line:#7d8590}\
        @media(prefers-color-scheme:dark){:root{--back:#0f1216;--text:#e6e8eb;--quiet:#a9b1bb}}\
        body{margin:0;padding:1rem;background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif}\
        ol,.marks{list-style:none;margin:0;padding:0}\
        main>ol>li{display:flex;flex-wrap:wrap;gap:1rem;padding:1rem 0;border-top:1px solid var(--line)}\
        main>ol>li>div:last-child{flex:1 1 20rem;min-width:0;overflow-wrap:anywhere}\
        .picture{flex:0 0 260px;min-height:120px;background:#000;display:grid;place-items:center}\
        .picture img{max-width:100%}.none{color:#e6e8eb}h2{font-size:1rem;margin:0}\
        .marks{display:flex;flex-wrap:wrap;gap:.3rem}\
        .marks li{border:1px solid var(--line);border-radius:9px;padding:0 .5rem}\
        .other{color:var(--quiet)}.other b{color:var(--text)}
        """
}

/// Seconds as people read them.
enum Timecode {
    /// `1:02:03.450`, without the hours where there are none.
    static func text(_ seconds: Double) -> String {
        let all = Int((min(max(0, seconds), 1e9) * 1000).rounded())
        func padded(_ value: Int, _ digits: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let (hours, minutes) = (all / 3_600_000, all / 60_000 % 60)
        let rest = "\(padded(all / 1000 % 60, 2)).\(padded(all % 1000, 3))"
        return hours > 0 ? "\(hours):\(padded(minutes, 2)):\(rest)" : "\(minutes):\(rest)"
    }
}
