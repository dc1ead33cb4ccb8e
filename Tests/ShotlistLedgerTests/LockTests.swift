import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Two runs do not work on one output")
struct LockTests {
    private let output: OutputFolder

    init() throws {
        output = try OutputFolder()
    }

    @Test("the second is told which process holds the output, where and since when")
    func second() throws {
        let lock = try LedgerLock.take(outputPath: output.path, now: Date(timeIntervalSince1970: 1_700_000_000))
        let error = #expect(throws: ShotlistError.self) { _ = try LedgerLock.take(outputPath: output.path) }
        #expect(error?.code == .outputInUse)
        #expect(error?.message.contains(output.path) == true)
        let number = ProcessInfo.processInfo.processIdentifier
        #expect(error?.message.contains("process \(number) on ") == true)
        #expect(error?.message.contains("2023-11-14T22:13:20Z") == true)
        lock.release()
    }

    @Test("another may have it when it is given back, or when its holder is gone")
    func freed() throws {
        let lock = try LedgerLock.take(outputPath: output.path)
        lock.release()
        lock.release()
        do {
            let next = try LedgerLock.take(outputPath: output.path)
            #expect(throws: ShotlistError.self) { _ = try LedgerLock.take(outputPath: output.path) }
            withExtendedLifetime(next) {}
        }
        try LedgerLock.take(outputPath: output.path).release()
    }

    @Test("what an earlier holder wrote, killed as it was, is not told of the next")
    func stale() throws {
        let path = try output.write(
            Array("process 1 on a machine with a name that is longer than any other, since ever".utf8),
            as: ".shotlist/lock")
        let lock = try LedgerLock.take(outputPath: output.path, now: Date(timeIntervalSince1970: 0))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix("since 1970-01-01T00:00:00Z"))
        #expect(text.components(separatedBy: "since").count == 2)
        lock.release()
    }

    @Test("outputs are locked each by itself")
    func others() throws {
        let other = try OutputFolder()
        let lock = try LedgerLock.take(outputPath: output.path)
        let second = try LedgerLock.take(outputPath: other.path)
        lock.release()
        #expect(throws: ShotlistError.self) { _ = try LedgerLock.take(outputPath: other.path) }
        second.release()
    }

    @Test("a program that this one starts does not keep the lock")
    func children() throws {
        let lock = try LedgerLock.take(outputPath: output.path)
        // Foundation's Process closes what a program would inherit, others do not.
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sleep"), strdup("30"), nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        try #require(posix_spawn(&child, "/bin/sleep", nil, nil, arguments, nil) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        lock.release()
        try LedgerLock.take(outputPath: output.path).release()
        #expect(kill(child, 0) == 0)
    }
}
