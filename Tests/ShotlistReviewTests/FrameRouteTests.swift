import Foundation
import HummingbirdTesting
import ShotlistLedger
import ShotlistMedia
import ShotlistReview
import TestRecords
import Testing

@Suite("The frames that the model saw")
struct FrameRouteTests {
    private static let shown = [0, 5, 17, 40]
    private static let first = 20

    private static func path(_ number: some CustomStringConvertible) -> String {
        "/media/frame/\(ColouredVideo.key)/\(number)"
    }

    /// An output with a video beside it, and a clip whose colours are those of numbers 100 higher.
    private static func output(_ video: ColouredVideo, hasClip: Bool = true) throws -> (RecordedOutput, String) {
        let output = try RecordedOutput()
        let path = output.folder.appending(path: "source.mp4").path
        try video.draw(at: path)
        try video.record(path, from: first, shown: shown, in: output)
        if hasClip {
            let clip = output.folder.appending(path: "clips/\(RecordedOutput.clip(ColouredVideo.number)).mp4")
            try ColouredVideo(shift: 100).draw(at: clip.path)
        }
        return (output, path)
    }

    private static func check(
        _ answer: TestResponse, of kind: String, number: Int, time: Double, _ place: SourceLocation = #_sourceLocation
    ) throws {
        #expect(answer.status == .ok, "\(answer.text.prefix(400))", sourceLocation: place)
        #expect(answer.field("Content-Type") == "image/jpeg", sourceLocation: place)
        #expect(answer.field("X-Shotlist-Frame-Of") == kind, sourceLocation: place)
        let told = try #require(answer.field("X-Shotlist-Time").flatMap { Double($0) }, sourceLocation: place)
        #expect(abs(told - time) < 0.0001, "\(told) for \(time)", sourceLocation: place)
        let picture = try ColouredVideo.read(Data(answer.body.readableBytesView))
        #expect(picture.number == number, sourceLocation: place)
    }

    @Test("are the video's, with their own times, also where these are not evenly spread", arguments: [false, true])
    func exact(_ varies: Bool) async throws {
        let video = ColouredVideo(varies: varies)
        try await ReviewedOutput(output: try Self.output(video).0).test { client async throws in
            for (index, frame) in Self.shown.enumerated() {
                let number = Self.first + frame
                let answer = try await client.get(Self.path(index))
                try Self.check(answer, of: "video", number: number, time: video.time(of: number))
            }
        }
    }

    @Test("are read in a process of their own as well")
    func isolated() async throws {
        let video = ColouredVideo(varies: true)
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "shotlist").path
        let reviewed = try await ReviewedOutput(output: try Self.output(video).0) { options in
            var processes = MediaProcesses()
            processes.executable = program
            options.isolation = .processes(processes)
        }
        try await reviewed.test { client async throws in
            let answer = try await client.get(Self.path(2))
            try Self.check(answer, of: "video", number: 37, time: video.time(of: 37))
        }
    }

    @Test("are the clip's when the video is gone")
    func clip() async throws {
        let (output, path) = try Self.output(ColouredVideo())
        try FileManager.default.removeItem(atPath: path)
        try await ReviewedOutput(output: output).test { client async throws in
            let start = ColouredVideo().time(of: Self.first)
            for (index, frame) in Self.shown.enumerated() {
                let answer = try await client.get(Self.path(index))
                try Self.check(answer, of: "clip", number: 100 + frame, time: start + Double(frame) / 24)
            }
        }
    }

    @Test("are the clip's when the video has another size or time than the run read", arguments: [false, true])
    func changed(_ isSame: Bool) async throws {
        let (output, path) = try Self.output(ColouredVideo())
        let stamp = isSame ? try SourceStamp.of(path: path) : SourceStamp(size: 5, modified: 5)
        let ledger = try await Ledger.open(outputPath: output.folder.path, program: "shotlist test")
        let fingerprint = SourceFingerprint(stamp: stamp, digest: String(repeating: "a", count: 64))
        try await ledger.commit(
            .read(ReadSource(path: path, relativePath: "source.mp4", fingerprint: fingerprint)))
        try await ledger.close()
        try await ReviewedOutput(output: output).test { client async throws in
            let answer = try await client.get(Self.path(0))
            #expect(answer.field("X-Shotlist-Frame-Of") == (isSame ? "video" : "clip"))
        }
    }

    @Test("are told with the reason when the ledger cannot say of which video they are")
    func doubt() async throws {
        let (output, path) = try Self.output(ColouredVideo(), hasClip: false)
        let ledger = output.folder.appending(path: ".shotlist/ledger.sqlite")
        try await ReviewedOutput(output: output).test { client async throws in
            let tag = try #require(try await client.get(Self.path(0)).field("ETag"))
            #expect(try await client.get(Self.path(0)).field("X-Shotlist-Frame-Doubt") == nil)
            try Data("This is no database.".utf8).write(to: ledger)
            let answer = try await client.get(Self.path(0), ["If-None-Match": tag])
            try Self.check(answer, of: "video", number: Self.first, time: ColouredVideo().time(of: Self.first))
            let doubt = try #require(answer.field("X-Shotlist-Frame-Doubt")?.removingPercentEncoding)
            #expect(doubt.contains("is damaged"), "\(doubt)")
            #expect(answer.field("Cache-Control") == "private, no-store")
            try FileManager.default.removeItem(atPath: path)
            let none = try await client.get(Self.path(0))
            #expect(none.status == .notFound && none.text.contains("is damaged"), "\(none.text)")
        }
    }

    @Test("are no larger than 640 pixels")
    func size() async throws {
        let (output, _) = try Self.output(ColouredVideo(size: "1280x96"))
        try await ReviewedOutput(output: output).test { client async throws in
            let answer = try await client.get(Self.path(1))
            let picture = try ColouredVideo.read(Data(answer.body.readableBytesView))
            #expect(picture.pixels == 640 * 48 && picture.number == 25)
        }
    }

    @Test("are not sent again while the video stays as it is")
    func caching() async throws {
        let (output, path) = try Self.output(ColouredVideo())
        try await ReviewedOutput(output: output).test { client async throws in
            let tag = try #require(try await client.get(Self.path(0)).field("ETag"))
            #expect(try await client.get(Self.path(1)).field("ETag") != tag)
            #expect(try await client.get(Self.path(0), ["If-None-Match": tag]).status == .notModified)
            try ColouredVideo(shift: 3).draw(at: path)
            let anew = try await client.get(Self.path(0), ["If-None-Match": tag])
            try Self.check(anew, of: "video", number: Self.first + 3, time: ColouredVideo().time(of: Self.first))
        }
    }

    @Test("are the right ones when many are asked for at once")
    func many() async throws {
        try await ReviewedOutput(output: try Self.output(ColouredVideo()).0).test { client async throws in
            try await withThrowingTaskGroup(of: (Int, Data).self) { group in
                for index in 0..<60 {
                    group.addTask {
                        let answer = try await client.get(Self.path(index % Self.shown.count))
                        return (index % Self.shown.count, Data(answer.body.readableBytesView))
                    }
                }
                var found: [Int: Set<Data>] = [:]
                for try await (index, picture) in group { found[index, default: []].insert(picture) }
                for (index, frame) in Self.shown.enumerated() {
                    let picture = try #require(found[index]?.first)
                    #expect(found[index]?.count == 1)
                    #expect(try ColouredVideo.read(picture).number == Self.first + frame)
                }
            }
        }
    }

    @Test("beyond what may wait are refused with a sentence")
    func busy() async throws {
        let reviewed = try await ReviewedOutput(output: try Self.output(ColouredVideo()).0) { options in
            options.frameLimits = FrameLimits(atOnce: 0, waiting: 0)
        }
        try await reviewed.test { client async throws in
            let answer = try await client.get(Self.path(0))
            #expect(answer.status == .serviceUnavailable && answer.text.contains("Too many frames"))
        }
    }

    @Test("that there are none of are not found", arguments: ["4", "-1", "x", "99999999999999999999", "0/1", ""])
    func none(_ number: String) async throws {
        try await ReviewedOutput(output: try Self.output(ColouredVideo()).0).test { client async throws in
            #expect(try await client.get(Self.path(number)).status == .notFound)
        }
    }

    @Test(
        "of a record that names what is no video are not sent",
        arguments: [
            "/etc/passwd", "/dev/zero", "/", "../../../../etc/passwd", "", "s3://bucket/a.mp4", "concat:/etc/passwd",
        ])
    func hostile(_ path: String) async throws {
        let output = try RecordedOutput()
        try ColouredVideo().record(path, from: 0, shown: [0], in: output)
        try await ReviewedOutput(output: output).test { client async throws in
            let answer = try await client.get(Self.path(0))
            #expect(answer.status == .notFound && answer.field("Content-Type")?.hasPrefix("application/json") == true)
            #expect(!answer.text.contains("root:"))
        }
    }

    @Test("of a record with frames that the video has not are not sent, and harm nothing")
    func beyond() async throws {
        let (output, path) = try Self.output(ColouredVideo(), hasClip: false)
        try ColouredVideo().record(path, from: Self.first, shown: [3, -5, 1 << 52, 3, 2], in: output)
        try await ReviewedOutput(output: output).test { client async throws in
            for (index, number) in [(0, 23), (3, 23), (4, 22)] {
                let time = ColouredVideo().time(of: number)
                try Self.check(try await client.get(Self.path(index)), of: "video", number: number, time: time)
            }
            #expect(try await client.get(Self.path(1)).status == .notFound)
            #expect(try await client.get(Self.path(2)).status == .notFound)
        }
    }
}
