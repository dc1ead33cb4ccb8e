import Foundation
import ShotlistMedia
import Testing

@Suite("The commands that look at one file, and at the machine")
struct OtherCommandTests {
    @Test func probe() async throws {
        let file = try Repository.footage("bikes").path
        let table = try await Command.shotlist("probe", file)
        #expect(table.status == 0)
        #expect(table.output.contains("640x272") && table.output.contains("250"))
        let json = try await Command.shotlist("probe", file, "--json")
        let data = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(data["num_frames"] as? Int == 250)
        #expect(data["framerate"] as? Double == 25)
    }

    @Test("videos are listed as a run takes them, with their sizes")
    func videos() async throws {
        let folder = try Folder()
        for name in ["b.mp4", "B.MOV", "a/z.mkv", "a/.hidden.mp4", "notes.txt"] {
            try folder.add("bikes", "videos/\(name)")
        }
        let bytes = try Data(contentsOf: Repository.footage("bikes")).count
        let all = try await Command.shotlist("videos", folder.path("videos/"), "--json")
        #expect(all.status == 0, "\(all.errors)")
        let expected = ["B.MOV", "a/z.mkv", "b.mp4"].map {
            #"{"bytes":\#(bytes),"path":"\#(folder.path("videos/\($0)"))"}"#
        }
        #expect(all.output.split(separator: "\n").map(String.init) == expected)
        let one = try await Command.shotlist("videos", folder.path("videos"), "--video-limit", "1")
        #expect(one.output == folder.path("videos/B.MOV") + "\n")
        let none = try await Command.shotlist("videos", folder.path("nowhere"))
        #expect(none.status == 1 && none.errors.contains("nowhere"), "\(none.errors)")
    }

    @Test("frames are written under the windows and numbers that a run would show")
    func frames() async throws {
        let folder = try Folder()
        let file = try Repository.footage("bikes").path
        let run = try await Command.shotlist(
            "frames", file, "-o", folder.path("frames"), "--captioning-window-size", "64",
            "--captioning-remainder-threshold", "16", "--captioning-sampling-fps", "1")
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            folder.files().filter { $0.hasPrefix("frames/64_127/") }.sorted() == [
                "frames/64_127/106.png", "frames/64_127/127.png", "frames/64_127/64.png", "frames/64_127/85.png",
            ])
        #expect(try size(ofPNG: folder.path("frames/64_127/64.png")) == [640, 272])
        let resized = try await Command.shotlist("frames", file, "-o", folder.path("small"), "--resized")
        #expect(resized.status == 0)
        #expect(try size(ofPNG: folder.path("small/0_249/0.png")) == [644, 280])
    }

    @Test("a card that is not there is said once, and the processor decodes", arguments: ["cuda", "vaapi"])
    func decoder(_ name: String) async throws {
        let folder = try Folder()
        let file = try Repository.footage("bikes").path
        let run = try await Command.shotlist("frames", file, "-o", folder.path("frames"), "--decoder", name)
        #expect(run.status == 0, "\(run.errors)")
        #expect(folder.files().contains("frames/0_249/0.png"))
        // Machines that have the card have nothing to say.
        let lines = run.errors.split(separator: "\n").filter { $0.contains("'\(name)' cannot decode here") }
        #expect(lines.count == (VideoDecoder.workingHardware.map(\.rawValue).contains(name) ? 0 : 1))
        let wrong = try await Command.shotlist("frames", file, "-o", folder.path("none"), "--decoder", "abacus")
        #expect(wrong.status == 64 && wrong.errors.contains("auto"))
    }

    @Test func preview() async throws {
        let folder = try Folder()
        let file = try Repository.footage("bikes").path
        let run = try await Command.shotlist("preview", file, "-o", folder.path("all.webp"))
        #expect(run.status == 0, "\(run.errors)")
        let bytes = try Data(contentsOf: folder.url.appending(path: "all.webp"))
        #expect(bytes.prefix(4) == Data("RIFF".utf8))
        #expect(bytes.range(of: Data("ANIM".utf8)) != nil)
        let windows = try await Command.shotlist(
            "preview", file, "-o", folder.path("each"), "--captioning-window-size", "100")
        #expect(windows.status == 0)
        #expect(folder.files().filter { $0.hasPrefix("each/") } == ["each/0_99.webp", "each/100_249.webp"])
    }

    @Test func badFile() async throws {
        let folder = try Folder()
        let file = try folder.write("words", "words.mp4")
        for command in ["probe", "frames", "preview"] {
            let more = command == "probe" ? [] : ["-o", folder.path("out")]
            let run = try await Command.run(Command.path, [command, file] + more)
            #expect(run.status == 1)
            #expect(run.errors.contains(file), "\(run.errors)")
        }
    }

    @Test func doctor() async throws {
        let run = try await Command.shotlist("doctor")
        #expect(run.status == 0)
        for part in ["libavformat", "libwebp", "libx264", "llama.cpp", "CPU", "demo-text-f16.gguf"] {
            #expect(run.output.contains(part), "\(part) is not in: \(run.output)")
        }
    }

    @Test func memoryOfAModel() async throws {
        let demo = Repository.root.appending(path: "Models/demo")
        let model = demo.appending(path: "demo-text-f16.gguf").path
        let projector = demo.appending(path: "demo-mmproj-f16.gguf").path
        let run = try await Command.shotlist(
            "doctor", "--model-path", model, "--projector-path", projector, "--context-tokens", "512")
        #expect(run.status == 0)
        let parts = run.output.matches(of: /^    [a-z ]+: (\d+) MB$/.anchorsMatchLineEndings())
        let sum = parts.reduce(0) { $0 + (Int($1.1) ?? 0) }
        let total = try #require(run.output.firstMatch(of: /the model needs: (\d+) MB/).flatMap { Int($0.1) })
        #expect(parts.count == 7)
        #expect(abs(total - sum) <= parts.count)
        #expect(try await Command.shotlist("doctor", "--model-path", model, "--frame", "wide").status != 0)
        #expect(try await Command.shotlist("doctor", "--model-path", "nowhere.gguf").errors.contains("nowhere.gguf"))
    }

    @Test func versionAndCompletions() async throws {
        #expect(try await Command.shotlist("--version").output == "0.1.0\n")
        let changes = try String(
            contentsOf: Repository.root.appending(path: "CHANGELOG.md"), encoding: .utf8)
        #expect(changes.contains("0.1.0"))
        for shell in ["bash", "zsh", "fish"] {
            let script = try await Command.shotlist("--generate-completion-script", shell)
            #expect(script.output.contains("captioning-window-size"))
        }
    }

    /// Width and height, which a PNG file keeps at bytes 16 to 23.
    private func size(ofPNG path: String) throws -> [Int] {
        let bytes = try Data(contentsOf: URL(filePath: path))
        return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }
}
