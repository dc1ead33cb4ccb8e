import AsyncHTTPClient
import Foundation
import NIOCore

/// What goes wrong with a browser.
public struct BrowserError: Error, CustomStringConvertible {
    /// What it is.
    public let description: String
}

/// Chromium's driver, a process of its own, and how it is asked (the W3C's WebDriver).
public final class WebDriver: Sendable {
    /// Where it is asked.
    let address: String
    private let process: Process

    private static let program = "/usr/bin/chromedriver"

    /// Starts the driver (`scripts/setup.sh --tests` installs it) and waits, for at most 20 seconds, until it can be asked.
    init() async throws {
        let port = Int.random(in: 20_000..<32_000)
        address = "http://127.0.0.1:\(port)"
        process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["--port=\(port)", "--allowed-ips=127.0.0.1"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<200 {
            if (try? await ask("GET", "/status", body: nil)) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        kill(process.processIdentifier, SIGKILL)
        throw BrowserError(description: "The browser's driver does not answer.")
    }

    /// Does something in a browser of its own, and ends browser and driver after it.
    ///
    /// - Parameter flags: more flags for the browser, such as `--force-dark-mode`.
    public static func with(flags: [String] = [], _ body: (BrowserPage) async throws -> Void) async throws {
        let driver = try await WebDriver()
        do {
            let page = try await BrowserPage(driver, flags: flags)
            do {
                try await body(page)
            } catch {
                await page.close()
                throw error
            }
            await page.close()
        } catch {
            await driver.stop()
            throw error
        }
        await driver.stop()
    }

    /// Ends the driver, and what it has started.
    func stop() async {
        // It inherits a mask under which SIGTERM is not heard: it is asked first, and waited for without a thread.
        _ = try? await ask("GET", "/shutdown", body: nil)
        for _ in 0..<50 where process.isRunning { try? await Task.sleep(for: .milliseconds(100)) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Asks, and gives what stands in `value` of the answer as JSON.
    func ask(_ method: String, _ path: String, body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: address + path)
        request.method = method == "GET" ? .GET : method == "DELETE" ? .DELETE : .POST
        if method == "POST" {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body ?? Data("{}".utf8))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let buffer = try await response.body.collect(upTo: 64 << 20)
        let data = Data(buffer.readableBytesView)
        guard response.status == .ok else {
            throw BrowserError(description: "\(path): \(String(decoding: data.prefix(600), as: UTF8.self))")
        }
        return data
    }
}
