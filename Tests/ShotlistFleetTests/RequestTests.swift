import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("Bodies of requests")
struct RequestTests {
    private let model: JSON = "Qwen/Qwen2.5-VL-7B-Instruct"

    /// A kind of server and a form that it takes.
    struct Way: Sendable, CustomTestStringConvertible {
        let kind: TestServer.Kind
        let form: MediaForm
        var testDescription: String { "\(kind.rawValue) \(form.rawValue)" }

        static let all: [Way] = TestServer.Kind.allCases.flatMap { kind in
            (Dialect.Kind(rawValue: kind.rawValue).map(Dialect.of)?.media ?? []).map { Way(kind: kind, form: $0) }
        }
    }

    /// What servers of a kind are told beside the messages, when windows are as those of ``Sample``.
    private func fields(_ way: Way) -> [String: JSON] {
        var fields: [String: JSON] = [
            "model": model, "max_tokens": 99, "temperature": 0.6, "top_p": 0.95, "seed": 4_294_967_295,
            "stop": ["</s>", "a \"b\""], "stream": false,
        ]
        switch way.kind {
        case .vllm, .nim, .sglang:
            fields.merge([
                "repetition_penalty": 1.1, "top_k": -1, "min_p": 0, "presence_penalty": 0, "frequency_penalty": 0,
            ]) { $1 }
        case .llamaServer:
            fields.merge(["repeat_penalty": 1.1, "top_k": 0, "repeat_last_n": 65_536, "min_p": 0]) { $1 }
        case .plain: break
        }
        guard way.kind == .vllm || way.kind == .nim else { return fields }
        switch way.form {
        case .frames:
            // Source frames are counted from the window's first, and thirteen of them at 8 a second take 1.625 s.
            fields["media_io_kwargs"] = [
                "video": [
                    "num_frames": -1, "fps": 8, "frames_indices": [0, 4, 8, 12], "total_num_frames": 13,
                    "duration": 1.625, "do_sample_frames": false,
                ]
            ]
        case .mp4, .file:
            // A server that multiplies by the duration of the file and rounds down must have four.
            fields["media_io_kwargs"] = ["video": ["num_frames": 4, "fps": .number(4.5 / 1.625)]]
        case .images: break
        }
        return fields
    }

    @Test("hold what each kind of server needs in each form, and nothing else", arguments: Way.all)
    func whole(way: Way) async throws {
        let server = try await TestServer.start(way.kind)
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist fleet é \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = try Crew.options(server)
        options.media = way.form
        options.mediaFolder = folder.path(percentEncoded: false)
        let mp4 = Sample.bytes(250_001)
        let sampling = SamplingParameters(
            temperature: 0.6, topP: 0.95, repetitionPenalty: 1.1, seed: .max, stops: ["</s>", "a \"b\""])
        try await Crew().run(options) { engine in
            _ = try await engine.withWindow(try Sample.window("unasked", mp4: mp4), asksAgain: false) { window in
                try await window.answer(try Sample.question("Tell.", sampling: sampling, maxOutputTokens: 99))
            }
        }
        let request = try #require(server.chats(about: "Tell.").first)
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Content-Length") == "\(request.body.count)")
        let body = try JSON(request.body)
        let parts = body["messages"]?.values.first?["content"]?.values ?? []
        let media = try JSON.array(expected(way, parts, mp4: mp4, folder: folder))
        var whole = fields(way)
        whole["messages"] = [["role": "user", "content": media]]
        #expect(body == .object(whole))
        let left = FileManager.default.subpaths(atPath: folder.path(percentEncoded: false)) ?? []
        #expect(left == [], "files are removed, and the folder with them")
    }

    /// The parts of the message; of a path and a name that cannot be known the rest is checked here.
    private func expected(_ way: Way, _ parts: [JSON], mp4: Data, folder: URL) throws -> [JSON] {
        let pictures = try Sample.pictures().map { $0.base64EncodedString() }
        let text: JSON = ["type": "text", "text": "Tell."]
        let url: String
        switch way.form {
        case .images:
            let images = pictures.map { picture -> JSON in
                ["type": "image_url", "image_url": ["url": .string("data:image/jpeg;base64,\(picture)")]]
            }
            return images + [text]
        case .frames: url = "data:video/jpeg;base64,\(pictures.joined(separator: ","))"
        case .mp4: url = "data:video/mp4;base64,\(mp4.base64EncodedString())"
        case .file:
            url = parts.first?["video_url"]?["url"]?.text ?? ""
            let path = try #require(URL(string: url)).path(percentEncoded: false)
            #expect(url.hasPrefix("file:///"))
            #expect(path.hasPrefix(folder.path(percentEncoded: false)), "servers see the folder under this path")
            #expect(path.hasSuffix(".mp4"))
        }
        var video: [String: JSON] = ["type": "video_url", "video_url": ["url": .string(url)]]
        if way.kind == .vllm {
            let id = try #require(parts.first?["uuid"]?.text)
            #expect(id.count == 32)
            video["uuid"] = .string(id)
        }
        return [.object(video), text]
    }

    @Test("a file in the shared folder is there while a server is asked, and holds the window")
    func file() async throws {
        let server = try await TestServer.start {
            $0.words = { request in
                let parts = (try? JSON(request.body))?["messages"]?.values.first?["content"]?.values
                let url = parts?.first?["video_url"]?["url"]?.text ?? ""
                return URL(string: url).flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? "nothing"
            }
        }
        var options = try Crew.options(server)
        options.media = .file
        options.mediaFolder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        try await Crew().run(options) { engine in
            let input = try Sample.window("Tell.", mp4: Data("the mp4".utf8))
            let answer = try await engine.withWindow(input, asksAgain: false) { window in
                try await window.answer(try Sample.question("Tell."))
            }
            #expect(answer.text == "the mp4")
            #expect(answer.visionTokens == 0, "the server picks the frames")
        }
    }

    @Test("a folder is asked for where files are to be shared")
    func noFolder() async throws {
        var options = try Crew.options(try await TestServer.start())
        options.media = .file
        let error = try await Crew().refusal(options)
        #expect(error.code == .invalidArgument)
        #expect(error.remedy.contains("--endpoint-media-dir"))
    }

    @Test("frames are sent with the quality that was asked for, and are those of the window")
    func quality() async throws {
        let server = try await TestServer.start()
        var options = try Crew.options(server)
        options.jpegQuality = 60
        try await Crew().run(options) { engine in
            let input = try Sample.window("Tell.", seed: 3)
            _ = try await engine.withWindow(input, asksAgain: false) { window in
                try await window.answer(try Sample.question("Tell."))
            }
        }
        let request = try #require(server.chats(about: "Tell.").first)
        let pictures = try Sample.pictures(seed: 3, quality: 60).map { $0.base64EncodedString() }
        #expect(request.holds("data:video/jpeg;base64,\(pictures.joined(separator: ","))\""))
    }

    @Test(
        "a prompt arrives as it was written",
        arguments: [
            "say \"hi\" and \\ and \\n",
            "lines\nand\r\nmore\tof them", "\u{0}\u{1}\u{8}\u{c}\u{1f}\u{7f}control",
            "🎬 a family 👩‍👩‍👧, é, e\u{301}, 𝄞", "line\u{2028}and\u{2029}paragraph",
            "</s><|im_end|>{\"a\":[1,2]}",
        ])
    func prompts(prompt: String) async throws {
        let server = try await TestServer.start()
        try await Crew().run(try Crew.options(server)) { engine in
            _ = try await engine.caption("window \(prompt) end")
        }
        let questions = server.chats.map { Array($0.question.utf8) }
        #expect(questions.contains(Array("window \(prompt) end".utf8)))
    }

    @Test("two questions about one window have all up to the words in common, and go to one server")
    func twoQuestions() async throws {
        let servers = try await [TestServer.start(), TestServer.start()]
        try await Crew().run(try Crew.options(servers.map(\.address))) { engine in
            for number in 0..<6 {
                let input = try Sample.window("unasked", seed: number)
                try await engine.withWindow(input, asksAgain: true) { window in
                    for words in ["first \(number).", "and second \(number)."] {
                        let answer = try await window.answer(try Sample.question(words))
                        #expect(answer.text == "answer to \(words)")
                    }
                }
            }
        }
        for number in 0..<6 {
            let counts = servers.map { $0.chats(about: " \(number).").count }
            #expect(counts.sorted() == [0, 2])
        }
        for number in 0..<6 {
            let all = servers.flatMap { $0.chats(about: " \(number).") }
            let starts = try all.map { request -> Data in
                let words = try #require(request.body.range(of: Data(#"{"type":"text""#.utf8)))
                return request.body[..<words.lowerBound]
            }
            #expect(starts.count == 2)
            #expect(starts.first == starts.last)
            #expect(starts.first?.count ?? 0 > 1000)
        }
        #expect(servers.allSatisfy { $0.chats(about: "second").count > 0 }, "windows are spread over servers")
    }

    @Test("a medium's name is the same for the same frames, and another for others")
    func mediaIDs() async throws {
        let server = try await TestServer.start()
        let windows = [
            try Sample.window("same. 0"),
            // Elsewhere in the clip, with the same pictures at the same distances.
            try Sample.window("same. 1", indices: [0, 4, 8, 12]),
            try Sample.window("other. 2", seed: 1),
            try Sample.window("other. 3", indices: [100, 103, 106, 112]),
            try Sample.window("other. 4", fps: 16),
        ]
        try await Crew().run(try Crew.options(server)) { engine in
            for (number, input) in windows.enumerated() {
                _ = try await engine.withWindow(input, asksAgain: false) { window in
                    try await window.answer(try Sample.question("\(number).\(number)."))
                }
            }
        }
        let ids = try (0..<5).map { number in
            let request = try #require(server.chats(about: "\(number).\(number).").first)
            let content = try JSON(request.body)["messages"]?.values.first?["content"]
            return try #require(content?.values.first?["uuid"]?.text)
        }
        #expect(ids[0] == ids[1])
        #expect(Set(ids).count == 4)
    }
}
