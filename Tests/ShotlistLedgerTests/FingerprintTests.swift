import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Sources are known by what they hold")
struct FingerprintTests {
    private let output: OutputFolder

    init() throws {
        output = try OutputFolder()
    }

    /// The bytes of `make_vectors.py`.
    private func content(_ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 251 * 7 + $0 / 65536) }
    }

    private func digest(_ bytes: [UInt8]) throws -> String {
        try SourceFingerprint.of(path: output.write(bytes, as: "video")).digest
    }

    @Test("digests are those that Python computes from the definition")
    func vectors() throws {
        let vectors = try Vectors.load()
        #expect(vectors.fingerprints.count == 5)
        for vector in vectors.fingerprints {
            #expect(try digest(content(vector.size)) == vector.digest, "\(vector.size) bytes")
        }
    }

    @Test("a byte that changes is seen where the file is read, in the middle, too")
    func bytes() throws {
        let small = content(1_000_003)
        var changed = small
        changed[500_000] ^= 1
        #expect(try digest(changed) != digest(small))

        let large = content(5_000_011)
        let known = try digest(large)
        // 29,953 bytes are left out before each piece of 16 KiB.
        let gap = (5_000_011 - (2 << 20) - 62 * (16 << 10)) / 63
        let middle = (1 << 20) + 30 * (16 << 10) + gap * 31
        for place in [0, (1 << 20) - 1, middle, middle + (16 << 10) - 1, 5_000_011 - (1 << 20), 5_000_010] {
            var changed = large
            changed[place] ^= 1
            #expect(try digest(changed) != known, "byte \(place)")
        }
        // The bounds are where they are said to be: between pieces nothing is read.
        for place in [1 << 20, middle - 1, middle + (16 << 10)] {
            var changed = large
            changed[place] ^= 1
            #expect(try digest(changed) == known, "byte \(place)")
        }
        #expect(try digest(large + [0]) != known)
        #expect(try digest(Array(large.dropLast())) != known)
    }

    @Test("size and time are asked first, and the content decides")
    func check() async throws {
        let path = try output.write(content(1000), as: "video")
        let first = try SourceFingerprint.of(path: path)
        #expect(try SourceCheck.of(path: path, known: nil) == .new(first))

        let ledger = try await output.open()
        let found = FoundSource(path: path, relativePath: "video", stamp: first.stamp)
        try await ledger.commit(.found(found))
        let unread = try await ledger.source(path)
        #expect(unread != nil && unread?.digest == nil)
        #expect(try SourceCheck.of(path: path, known: unread) == .new(first))
        try await ledger.commit(.read(ReadSource(path: path, relativePath: "video", fingerprint: first)))
        let known = try #require(try await ledger.source(path))
        #expect(try SourceCheck.of(path: path, known: known) == .unchanged)

        try setTime(path, 1_600_000_000)
        let touched = try SourceFingerprint.of(path: path)
        #expect(touched.stamp.modified == 1_600_000_000 * 1_000_000_000)
        #expect(try SourceCheck.of(path: path, known: known) == .touched(touched))

        // Earlier than before, as after a clock that jumped back: another time is another time.
        var changed = content(1000)
        changed[500] ^= 1
        _ = try output.write(changed, as: "video")
        try setTime(path, 1_500_000_000)
        let other = try SourceFingerprint.of(path: path)
        #expect(other.digest != first.digest)
        #expect(try SourceCheck.of(path: path, known: known) == .changed(other))
        try await ledger.close()
    }

    private func setTime(_ path: String, _ seconds: Int) throws {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, path, times, 0) == 0)
    }

    @Test("folders, pipes and files that are gone are refused, and nothing waits for them")
    func refused() throws {
        let pipe = output.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [output.path, pipe, output.path + "/none"] {
            let error = #expect(throws: ShotlistError.self) { _ = try SourceFingerprint.of(path: path) }
            #expect(error?.code == .unreadable)
            #expect(throws: ShotlistError.self) { _ = try SourceStamp.of(path: path) }
            #expect(throws: ShotlistError.self) { _ = try FileProof.of(path: path) }
        }
    }

    @Test("files are proved by all their bytes, those of a source as one")
    func proofs() throws {
        let first = content(2_500_000)
        let second = content(7)
        let paths = [try output.write(first, as: "one"), try output.write(second, as: "two")]
        let proof = try FileProof.of(path: paths[0])
        #expect(proof == FileProof(of: Data(first)))
        #expect(proof.bytes == 2_500_000 && proof.sha256 == ContentHash.sha256(Data(first)))
        let records = try RecordsProof.of(paths: paths)
        #expect(records == RecordsProof(of: [Data(first), Data(second)]))
        #expect(records.count == 2 && records.together == FileProof(of: Data(first + second)))
        #expect(try RecordsProof.of(paths: paths.reversed()) != records)
        var changed = first
        changed[1_700_000] ^= 1
        _ = try output.write(changed, as: "one")
        #expect(try FileProof.of(path: paths[0]) != proof)
    }
}
