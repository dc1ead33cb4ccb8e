import Foundation
import ShotlistCore
import Testing

@Suite("Shards")
struct ShardTests {
    /// As a run names clips.
    private let clips = (0..<2000).map {
        ClipID.make(inputPath: "videos/a.mp4", startFrame: $0 * 250, endFrame: $0 * 250 + 250)
    }

    @Test("every clip is in one shard, and shards are about as large as one another", arguments: [1, 2, 7, 64])
    func partition(_ count: Int) throws {
        let shards = try (1...count).map { try Shard($0, of: count) }
        for clip in clips { #expect(shards.count { $0.holds(clip) } == 1) }
        let sizes = shards.map { shard in clips.count { shard.holds($0) } }
        let even = Double(clips.count) / Double(count)
        // Five standard deviations of a binomial distribution.
        let deviation = 5 * (even * (1 - 1 / Double(count))).squareRoot()
        for size in sizes { #expect(abs(Double(size) - even) <= deviation) }
    }

    /// Python: `int(uuid.hex[:12], 16) % 7 + 1`.
    @Test(
        "which shard a clip is in never changes",
        arguments: [
            ("00000000-0000-5000-8000-000000000000", 1), ("00000000-0001-5000-8000-000000000000", 2),
            ("ffffffff-ffff-5fff-bfff-ffffffffffff", 1), ("ce7f68c6-b958-5e05-bd3a-2bdb2dec5990", 2),
            ("d352b46c-413c-5fd2-85f1-8e7692d4f59c", 4), ("253a1118-cb67-50a4-a3e3-9779a346a39c", 6),
        ])
    func stable(_ id: String, _ number: Int) throws {
        let clip = try #require(UUID(uuidString: id))
        #expect(try Shard(number, of: 7).holds(clip))
    }

    @Test("I/N is read, and what names no shard is refused")
    func text() throws {
        #expect(try Shard("3/7") == Shard(3, of: 7))
        #expect(try Shard("1000000/1000000").name == "1000000-of-1000000")
        for text in [
            "", "3", "3/", "/7", "0/7", "8/7", "-1/7", "+1/7", "1/0", "1/1000001", "1/2/3", " 1/2", "1/ 2", "٣/٧",
        ] {
            #expect(throws: ShotlistError.self, "\(text)") { try Shard(text) }
        }
    }
}
