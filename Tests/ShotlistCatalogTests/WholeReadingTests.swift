import Foundation
import ShotlistCatalog
import ShotlistCore
import Synchronization
import Testing

@Suite("All windows at once, for exports")
struct WholeReadingTests {
    @Test("a change in the middle of reading neither skips a window nor shows one twice")
    func oneMoment() async throws {
        let output = try SampleOutput()
        var keys: [WindowKey] = []
        for clip in 0..<300 { keys += try output.write(Array(repeating: "Words of \(clip).", count: 4), clip: clip) }
        let catalog = try await output.open()
        let other = try await output.open(by: "Grace")
        let filter = WindowFilter.with { $0.decision = [.none] }
        let isFirst = Atomic(true)
        let last = try #require(keys.last)
        let read = try await catalog.all(filter) { window in
            // While the first is read, another person's change takes the last out of the filter.
            if isFirst.exchange(false, ordering: .relaxed) {
                let isDone = DispatchSemaphore(value: 0)
                Task.detached {
                    _ = try? await other.change(last, .decision(.rejected), expecting: 0)
                    isDone.signal()
                }
                isDone.wait()
            }
            return window.key
        }
        #expect(read.count == 1200 && Set(read) == Set(keys))
        #expect(try await catalog.count(filter) == 1199)
        try await other.close()
        try await catalog.close()
    }

    @Test("what is thrown on the way ends it")
    func stopped() async throws {
        let output = try SampleOutput()
        try output.write(["One.", "Two."])
        let catalog = try await output.open()
        let error = await #expect(throws: ShotlistError.self) {
            try await catalog.all(.all) { window throws(ShotlistError) -> WindowKey in
                throw ShotlistError(.cancelled, "No more of \(window.key).")
            }
        }
        #expect(error?.code == .cancelled)
        try await catalog.close()
    }

    @Test("unreadable records are counted beyond those that are named")
    func unreadable() async throws {
        let output = try SampleOutput()
        try output.write(["One good caption."])
        for number in 0..<1003 { try output.write(Data("{".utf8), as: "metas/v0/\(number).json") }
        let catalog = try await output.open()
        #expect(try await catalog.countOfUnreadableRecords() == 1003)
        #expect(try await catalog.unreadableRecords().count == 1000)
        try await catalog.close()
    }

    @Test("videos without a record of their own are counted, as far as the filter has them")
    func unknown() async throws {
        let output = try SampleOutput()
        try output.write(["Of a video with a record."], video: "videos/a.mp4", clip: 0)
        try output.write(["Of one without."], video: "videos/b.mp4", clip: 1)
        try output.write(Data(#"{"video": "videos/a.mp4"}"#.utf8), as: "processed_videos/a.mp4.json")
        let catalog = try await output.open()
        #expect(try await catalog.countOfUnknownSources() == 1)
        #expect(try await catalog.countOfUnknownSources(.with { $0.source = ["videos/a.mp4"] }) == 0)
        try await catalog.close()
    }
}
