import Foundation

/// The memory that this process may still take.
public struct MachineMemory: Sendable, Hashable {
    /// Bytes that can be had without swapping.
    public var available: Int
    /// Bytes that the machine, or the group of processes that this one belongs to, has in all.
    public var total: Int

    /// Makes a value, for tests and for whoever knows better.
    public init(available: Int, total: Int) {
        self.available = available
        self.total = total
    }

    /// What the kernel says now: the machine's `MemAvailable`, or what is left to a control group that this process is
    /// in, whichever is less. Nil where there is no `/proc`.
    public static var current: MachineMemory? {
        measured(root: URL(fileURLWithPath: "/"))
    }

    /// Reads the kernel's files below `root`.
    package static func measured(root: URL) -> MachineMemory? {
        func text(_ path: String) -> String? {
            (try? Data(contentsOf: root.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let info = text("proc/meminfo"), let available = kibibytes("MemAvailable", in: info),
            let total = kibibytes("MemTotal", in: info)
        else { return nil }
        var memory = MachineMemory(available: available, total: total)
        for group in ControlGroup.all(of: text("proc/self/cgroup") ?? "") {
            guard let limit = group.limit(text) else { continue }
            memory.total = min(memory.total, limit.bytes)
            memory.available = min(memory.available, max(limit.bytes - limit.used, 0))
        }
        return memory
    }

    private static func kibibytes(_ name: String, in info: String) -> Int? {
        for line in info.split(separator: "\n") where line.hasPrefix("\(name):") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }
}

/// A control group of Linux, version 1 or 2, of which memory may be limited.
private struct ControlGroup {
    let folder: String
    let isVersion2: Bool

    /// The groups that a process is in and all above them, from the text of `/proc/self/cgroup`.
    ///
    /// In a container the path may be that of the machine, which is not mounted there; the root is looked at as well.
    static func all(of text: String) -> [ControlGroup] {
        text.split(separator: "\n").flatMap { line -> [ControlGroup] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            let isVersion2 = fields[1].isEmpty
            guard isVersion2 || fields[1].split(separator: ",").contains("memory") else { return [] }
            let base = isVersion2 ? "sys/fs/cgroup" : "sys/fs/cgroup/memory"
            let parts = fields[2].split(separator: "/")
            return (0...parts.count).map {
                ControlGroup(folder: ([base[...]] + parts.prefix($0)).joined(separator: "/"), isVersion2: isVersion2)
            }
        }
    }

    /// The limit and what is used of it beside files that can be dropped; nil without a limit.
    func limit(_ text: (String) -> String?) -> (bytes: Int, used: Int)? {
        let names =
            isVersion2
            ? ("memory.max", "memory.current", "inactive_file")
            : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        guard let limit = text("\(folder)/\(names.0)").flatMap({ Int($0.trimmed) }), limit < 1 << 60,
            let used = text("\(folder)/\(names.1)").flatMap({ Int($0.trimmed) })
        else { return nil }
        let lines = (text("\(folder)/memory.stat") ?? "").split(separator: "\n")
        let files = lines.first { $0.hasPrefix("\(names.2) ") }?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        return (limit, used - files)
    }
}
