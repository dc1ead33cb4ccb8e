import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Synchronization
import Testing

/// What is said on a machine that is too small.
@Suite("Too little memory")
struct MemoryRefusalTests {
    private func need(_ tokens: Int, frame: PixelSize? = nil) throws -> MemoryNeed {
        try .of(
            text: Tiny.options.modelPath, projector: Tiny.options.projectorPath, contextTokens: tokens,
            largestFrame: frame)
    }

    private func load(available: Int) throws -> CaptionSession {
        try CaptionSession(options: Tiny.options) { MachineMemory(available: available, total: 8_000_000_000) }
    }

    @Test("Weights that do not fit are refused with the numbers, before they are loaded")
    func weights() throws {
        let error = try #require(throws: ShotlistError.self) { _ = try load(available: 40_000_000) }
        #expect(error.code == .outOfMemory)
        let megabytes = (try need(1024).total + 500_000) / 1_000_000
        #expect(error.message.contains("'\(Tiny.options.modelPath)' needs \(megabytes) MB"))
        #expect(error.message.hasSuffix("and 40 MB of 8.0 GB are free."))
        #expect(error.remedy.contains("smaller model"))
    }

    @Test("The next smaller weights that would fit are named")
    func smallerWeights() throws {
        let full = try need(1024)
        #expect(throws: Never.self) { _ = try load(available: full.total) }
        let half = try #require(throws: ShotlistError.self) { _ = try load(available: full.total - 1) }
        #expect(half.remedy.contains("bf16"))
        let quarter = try #require(throws: ShotlistError.self) {
            _ = try load(available: full.total - full.textWeights * 3 / 5)
        }
        #expect(quarter.remedy.contains("q8_0"))
    }

    @Test("A context that does not fit is refused with the number of tokens that would; smaller windows go on")
    func context() throws {
        let golden = try #require(Goldens.all.windows.first)
        let frame = golden.size
        let small = try need(1024, frame: frame)
        let room = small.cache + small.compute + small.vision + small.embeddings
        let loaded = Mutex(false)
        let session = try CaptionSession(options: Tiny.options) {
            let available = loaded.withLock { $0 ? room : 1_000_000_000 }
            return MachineMemory(available: available, total: 8_000_000_000)
        }
        loaded.withLock { $0 = true }
        let prompt = try Tiny.prompt(golden, in: session)
        let error = try #require(throws: ShotlistError.self) {
            _ = try session.answer(to: prompt, sampling: .greedy, limit: 3000)
        }
        #expect(error.code == .outOfMemory)
        #expect(error.message.contains("A context of"))
        #expect(error.remedy.hasPrefix("1024 tokens fit"))
        #expect(try session.answer(to: prompt, sampling: .greedy, limit: 4).count == 4)
    }

    @Test("A machine of which nothing is known refuses nothing")
    func unknown() throws {
        #expect(throws: Never.self) { _ = try CaptionSession(options: Tiny.options) { nil } }
    }
}

/// What the kernel says of memory, in folders that look like its own.
@Suite("Memory of the machine")
struct MachineMemoryTests {
    private func measured(_ files: [String: String]) throws -> MachineMemory? {
        let root = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return MachineMemory.measured(root: root)
    }

    private let info = "MemTotal:       16000000 kB\nMemFree:  10 kB\nMemAvailable:    8000000 kB\n"

    @Test("Without control groups it is what the machine has")
    func machine() throws {
        #expect(
            try measured(["proc/meminfo": info])
                == MachineMemory(available: 8_000_000 << 10, total: 16_000_000 << 10))
        #expect(try measured([:]) == nil)
        #expect(MachineMemory.current.map { $0.available > 0 && $0.available <= $0.total } ?? true)
    }

    @Test("A group of version 2, and one above it with less, files that can be dropped aside")
    func version2() throws {
        let memory = try measured([
            "proc/meminfo": info, "proc/self/cgroup": "0::/slice/run\n",
            "sys/fs/cgroup/slice/memory.max": "4000000000\n", "sys/fs/cgroup/slice/memory.current": "3000000000\n",
            "sys/fs/cgroup/slice/memory.stat": "anon 1\ninactive_file 1500000000\nactive_file 7\n",
            "sys/fs/cgroup/slice/run/memory.max": "max\n", "sys/fs/cgroup/slice/run/memory.current": "1\n",
        ])
        #expect(memory == MachineMemory(available: 2_500_000_000, total: 4_000_000_000))
    }

    @Test("A group of version 1; no limit is a number without meaning")
    func version1() throws {
        let files = [
            "proc/meminfo": info, "proc/self/cgroup": "3:cpu,cpuacct:/a\n2:memory:/docker/1\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "5\n",
        ]
        #expect(try measured(files)?.available == 8_000_000 << 10)
        let limited = files.merging([
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000000000\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "900000000\n",
        ]) { $1 }
        #expect(try measured(limited) == MachineMemory(available: 100_000_000, total: 1_000_000_000))
    }
}
