import Foundation

extension BrowserPage {
    /// What axe-core finds in the page as it is now, each as a line: its impact, its rule, and where.
    ///
    /// `scripts/fetch-axe.sh` fetches it. A driver's scripts run whatever the page's policy forbids.
    ///
    /// - Throws: ``BrowserError`` when axe-core is not there, or cannot look.
    public func violations() async throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        guard let source = try? String(contentsOf: root.appending(path: ".deps/axe/axe.min.js"), encoding: .utf8) else {
            throw BrowserError(description: "axe-core is not there: run `scripts/fetch-axe.sh` first.")
        }
        if try await run("return typeof axe === 'undefined'", as: Bool.self) {
            _ = try await run(source + "; return true", as: Bool.self)
        }
        return try await run(
            """
            const { violations, passes } = await axe.run(document, { resultTypes: ['violations', 'passes'] });
            if (passes.length === 0) throw new Error('axe-core looked at nothing');
            return violations.flatMap(({ id, impact, help, nodes }) => nodes.map((node) =>
              `${impact} ${id}: ${help}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}`))
            """, as: [String].self)
    }
}
