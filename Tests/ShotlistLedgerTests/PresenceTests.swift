import Foundation
import ShotlistLedger
import Testing

@Suite("Whether a run works on an output")
struct PresenceTests {
    private let output: OutputFolder

    init() throws {
        output = try OutputFolder()
    }

    private var isThere: Bool { RunPresence.isThere(outputPath: output.path) }

    @Test("a run that has it alone is there until it gives it back")
    func alone() throws {
        #expect(!isThere)
        let lock = try LedgerLock.take(outputPath: output.path)
        #expect(isThere)
        lock.release()
        #expect(!isThere)
    }

    @Test("of runs that share it the last one counts, whichever began")
    func shared() throws {
        let first = try LedgerLock.join(outputPath: output.path)
        try #require(first.isAlone)
        #expect(isThere)
        try first.lock.share(outputPath: output.path)
        let second = try LedgerLock.join(outputPath: output.path)
        first.lock.release()
        #expect(isThere)
        second.lock.release()
        #expect(!isThere)
    }

    @Test("who asks is in no run's way, and runs that come and go elsewhere hide none")
    func asking() async throws {
        let others = try (0..<200).map { _ in try OutputFolder() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            let end = ContinuousClock.now + .seconds(2)
            group.addTask {
                // With more locks than one read of the kernel's list tells.
                while ContinuousClock.now < end {
                    let locks = try others.map { try LedgerLock.take(outputPath: $0.path) }
                    for lock in locks { lock.release() }
                }
                return true
            }
            group.addTask {
                while ContinuousClock.now < end {
                    let lock = try LedgerLock.take(outputPath: output.path)
                    guard (0..<20).allSatisfy({ _ in isThere }) else { return false }
                    lock.release()
                }
                return true
            }
            group.addTask {
                while ContinuousClock.now < end { _ = isThere }
                return true
            }
            for try await isSo in group { #expect(isSo) }
        }
    }

    @Test("what a killed run wrote of itself is no run")
    func killed() throws {
        _ = try output.write(Array("process 1 on a machine, since ever".utf8), as: ".shotlist/lock")
        #expect(!isThere)
    }

    @Test("of an output that is none, nothing is there")
    func nowhere() {
        #expect(!RunPresence.isThere(outputPath: output.path + "/none"))
    }
}
