import Foundation

/// A browser with one or more tabs, in which a test does what a person does.
public final class BrowserPage: Sendable {
    private let driver: WebDriver
    private let session: String

    private struct Answer<Value: Decodable>: Decodable {
        let value: Value
    }

    private struct Started: Decodable {
        let sessionId: String
    }

    /// Keys that are no letters, as WebDriver writes them.
    public enum Key {
        /// The Enter key.
        public static let enter = "\u{E007}"
        /// The Escape key.
        public static let escape = "\u{E00C}"
        /// The End key.
        public static let end = "\u{E010}"
        /// The Tab key.
        public static let tab = "\u{E004}"
        /// The Control key, held until the end of what is typed.
        public static let control = "\u{E009}"
    }

    /// Starts a browser without a window.
    ///
    /// - Parameter flags: more flags for it, such as `--force-dark-mode`.
    init(_ driver: WebDriver, flags: [String]) async throws {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900",
        ]
        let options: [String: Any] = ["args": arguments + flags]
        let capabilities: [String: Any] = ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]]
        let body = try JSONSerialization.data(withJSONObject: capabilities)
        let answer = try await driver.ask("POST", "/session", body: body)
        session = try JSONDecoder().decode(Answer<Started>.self, from: answer).value.sessionId
        self.driver = driver
    }

    /// Ends the browser.
    func close() async {
        _ = try? await driver.ask("DELETE", "/session/\(session)", body: nil)
    }

    /// Opens an address.
    public func open(_ address: String) async throws {
        try await post("/url", ["url": address])
    }

    /// Runs a script's body in the page and gives what it returns.
    public func run<Value: Decodable & Sendable>(_ script: String, as type: Value.Type) async throws -> Value {
        let body = try JSONSerialization.data(withJSONObject: ["script": script, "args": [String]()] as [String: Any])
        let answer = try await driver.ask("POST", "/session/\(session)/execute/sync", body: body)
        return try JSONDecoder().decode(Answer<Value>.self, from: answer).value
    }

    /// Waits until an expression is true.
    ///
    /// - Parameter looks: how often it is looked at, at most; a tenth of a second and more lies between two of them.
    public func wait(until expression: String, looks: Int = 250) async throws {
        for _ in 0..<looks {
            if try await run("return Boolean(\(expression))", as: Bool.self) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        let text = try await run("return document.body.innerText.slice(0, 1500)", as: String.self)
        throw BrowserError(description: "It never came to be: \(expression)\n\(text)")
    }

    /// Clicks on the first element that a selector finds.
    public func click(_ selector: String) async throws {
        try await post("/element/\(try await element(selector))/click", [:])
    }

    /// Types into an element.
    public func type(_ text: String, into selector: String) async throws {
        try await post("/element/\(try await element(selector))/value", ["text": text])
    }

    /// Presses keys one after another, wherever the focus is.
    public func press(_ keys: String) async throws {
        let strokes = keys.flatMap { key -> [[String: Any]] in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        try await act(strokes)
    }

    /// Presses a key while Control is held.
    public func pressWithControl(_ key: String) async throws {
        try await act([
            ["type": "keyDown", "value": Key.control], ["type": "keyDown", "value": key],
            ["type": "keyUp", "value": key], ["type": "keyUp", "value": Key.control],
        ])
    }

    /// Opens another tab and goes to it; gives its name.
    public func openTab() async throws -> String {
        struct Tab: Decodable { let handle: String }
        let body = try JSONSerialization.data(withJSONObject: ["type": "tab"])
        let answer = try await driver.ask("POST", "/session/\(session)/window/new", body: body)
        let handle = try JSONDecoder().decode(Answer<Tab>.self, from: answer).value.handle
        try await go(to: handle)
        return handle
    }

    /// The name of the tab that is looked at.
    public func tab() async throws -> String {
        let answer = try await driver.ask("GET", "/session/\(session)/window", body: nil)
        return try JSONDecoder().decode(Answer<String>.self, from: answer).value
    }

    /// Goes to another tab.
    public func go(to handle: String) async throws {
        try await post("/window", ["handle": handle])
    }

    /// Makes the browser's window as large as this, in CSS pixels; the page has a little less.
    public func resize(width: Int, height: Int) async throws {
        try await post("/window/rect", ["width": width, "height": height])
    }

    /// Looks into a frame of the page, by its place among the frames; nil for the page itself.
    public func go(toFrame index: Int?) async throws {
        try await post("/frame", ["id": index.map { $0 as Any } ?? NSNull()])
    }

    /// The page as a PNG picture.
    public func picture() async throws -> Data {
        let answer = try await driver.ask("GET", "/session/\(session)/screenshot", body: nil)
        let text = try JSONDecoder().decode(Answer<String>.self, from: answer).value
        return Data(base64Encoded: text) ?? Data()
    }

    private func element(_ selector: String) async throws -> String {
        let body = try JSONSerialization.data(withJSONObject: ["using": "css selector", "value": selector])
        let answer = try await driver.ask("POST", "/session/\(session)/element", body: body)
        let found = try JSONDecoder().decode(Answer<[String: String]>.self, from: answer).value
        guard let id = found.values.first else { throw BrowserError(description: "There is no \(selector).") }
        return id
    }

    private func act(_ strokes: [[String: Any]]) async throws {
        try await post("/actions", ["actions": [["type": "key", "id": "keyboard", "actions": strokes]]])
    }

    private func post(_ path: String, _ body: [String: Any]) async throws {
        let data = try JSONSerialization.data(withJSONObject: body)
        _ = try await driver.ask("POST", "/session/\(session)\(path)", body: data)
    }
}
