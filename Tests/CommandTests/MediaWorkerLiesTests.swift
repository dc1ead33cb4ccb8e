import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A process that reads videos and was taken over by one")
struct MediaWorkerLiesTests {
    /// Answers as such a process does, and says of its pictures that they are where no memory is.
    private static func liar(in folder: Folder, offset: Int) throws -> String {
        let path = folder.url.appending(path: "liar").path
        let script = """
            #!/usr/bin/env python3
            import json, os, struct
            def read(count):
                got = b""
                while len(got) < count:
                    part = os.read(3, count - len(got))
                    if not part:
                        os._exit(0)
                    got += part
                return got
            def answer(request):
                if "begin" in request:
                    return {"begun": {"_0": {"refusesConnections": True}}}
                if "open" in request:
                    return {"opened": {}}
                if "close" in request:
                    return {"closed": {}}
                place = {"offset": \(offset), "size": {"width": 4096, "height": 4096}, "isYUV": False}
                return {"window": {"_0": {"model": [place], "preview": [], "missing": [], "isLarge": True}}}
            while True:
                request = json.loads(read(struct.unpack("<I", read(4))[0]))
                body = json.dumps(answer(request)).encode()
                os.write(3, struct.pack("<I", len(body)) + body)
            """
        try Data(script.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test(
        "costs its windows, wherever it says that pictures are",
        arguments: [Int.max, Int.max - 1, .min, -1, 1 << 34, (1 << 34) + 1, 4096])
    func places(offset: Int) throws {
        let folder = try Folder()
        let path = try Repository.footage("bikes").path
        let probed = try MediaInProcess().probe(path: path, limits: MediaLimits())
        var processes = MediaProcesses()
        processes.executable = try Self.liar(in: folder, offset: offset)
        let there = MediaIsolation.processes(processes).reading(
            decoder: .cpu, threads: 1, folder: folder.url.path, warn: { _ in })
        defer { there.shutDown() }
        let reader = try there.readerOfOneWindow(path, probed.timeline)
        let error = #expect(throws: ShotlistError.self) { try reader.next() }
        #expect(error?.code == .quarantined && error?.message.contains("what is no answer") == true)
    }
}
