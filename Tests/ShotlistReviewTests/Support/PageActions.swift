import Foundation
import TestBrowser

extension BrowserPage {
    /// Opens the window that is pointed at, if it is not open, and writes at the end of its caption; saves nothing.
    func writeCaption(_ text: String) async throws {
        try await press("e")
        try await wait(until: "document.activeElement.id === 'caption'")
        try await press(text)
    }

    /// Takes the focus out of whatever has it.
    func leaveField() async throws {
        try await script("document.activeElement.blur()")
    }

    /// Runs a script for what it does.
    func script(_ text: String) async throws {
        _ = try await run("\(text); return true", as: Bool.self)
    }

    /// Has answers of addresses with something in them come 400 ms late, as over a slow line.
    func slow(_ part: String) async throws {
        try await script(
            """
            const whole = window.fetch;
            window.fetch = async (...all) => {
              if (String(all[0]).includes('\(part)')) await new Promise((done) => setTimeout(done, 400));
              return whole(...all);
            }
            """)
    }

    /// What stands in the caption's field.
    func caption() async throws -> String {
        try await run("return document.querySelector('#caption').value", as: String.self)
    }

    /// Changes a window as another page of this review would; the page is not told but by the news.
    func change(_ key: String, _ body: String) async throws {
        try await script(
            """
            fetch('/api/session').then((answer) => answer.json()).then(({ token }) => fetch('/api/windows/\(key)/change', {
              method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Shotlist-Session': token },
              body: JSON.stringify(\(body)),
            }))
            """)
    }
}
