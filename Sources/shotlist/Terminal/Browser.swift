import Foundation

/// The browser of whoever sits at this machine.
enum Browser {
    /// Opens an address; false when there is no screen or no browser, or what opens it says that it could not.
    ///
    /// - Parameter patience: how long it may take to say so. What still runs then has found a browser, or is one.
    static func open(_ address: String, patience: Duration = .seconds(10)) async -> Bool {
        guard let opener else { return false }
        let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
        let process = Process()
        process.executableURL = URL(filePath: opener)
        process.arguments = [address]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { process in
            ended.yield(process.terminationReason == .exit && process.terminationStatus == 0)
            ended.finish()
        }
        guard (try? process.run()) != nil else { return false }
        let watch = Task {
            try? await Task.sleep(for: patience)
            ended.finish()
        }
        defer { watch.cancel() }
        return await ends.first { _ in true } ?? true
    }

    /// What opens addresses; nil where there is none, or no screen.
    private static var opener: String? {
        #if os(macOS)
            return "/usr/bin/open"
        #else
            let environment = ProcessInfo.processInfo.environment
            guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return nil }
            let folders = (environment["PATH"] ?? "").split(separator: ":")
            return folders.map { "\($0)/xdg-open" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        #endif
    }
}
