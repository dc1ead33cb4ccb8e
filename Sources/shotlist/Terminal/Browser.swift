import Foundation

/// The browser of whoever sits at this machine.
enum Browser {
    /// Opens an address; false when there is no screen or no browser. It waits for neither.
    static func open(_ address: String) -> Bool {
        #if os(macOS)
            return start("/usr/bin/open", address)
        #else
            let environment = ProcessInfo.processInfo.environment
            guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return false }
            let folders = (environment["PATH"] ?? "").split(separator: ":")
            let program = folders.map { "\($0)/xdg-open" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            return program.map { start($0, address) } ?? false
        #endif
    }

    private static func start(_ program: String, _ address: String) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [address]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return (try? process.run()) != nil
    }
}
