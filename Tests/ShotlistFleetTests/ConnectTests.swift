import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("A fleet comes together, or says why not")
struct ConnectTests {
    @Test("with the model that servers have, or the one that is named")
    func models() async throws {
        let one = try await TestServer.start { $0.models = ["some/Model"] }
        try await Crew().run(try Crew.options(one)) { engine in
            #expect(engine.identity.modelID == "some/Model")
            try await engine.captionAll(["window 1."])
        }
        let several = try await TestServer.start { $0.models = ["a/A", "b/B", "c/C"] }
        var options = try Crew.options(several)
        options.model = "b/B"
        try await Crew().run(options) { engine in
            #expect(engine.identity.modelID == "b/B")
            try await engine.captionAll(["window 1."])
        }
        #expect(several.chats.allSatisfy { $0.model == "b/B" })
        options.model = nil
        // vLLM says under `root` where a model's files are from, too.
        for name in ["c/C", "/models/c/C"] {
            let engine = try await Crew().connect(options, knownNames: ["x/X", name])
            #expect(engine.identity.modelID == "c/C")
            await engine.shutDown()
        }
    }

    @Test("a model that no server has is refused with those that there are")
    func unknownModel() async throws {
        let server = try await TestServer.start { $0.models = ["a/A", "b/B"] }
        var options = try Crew.options(server)
        var error = try await Crew().refusal(options)
        #expect(error.code == .endpointRefused)
        #expect(error.message.contains("a/A, b/B"))
        options.model = "c/C"
        error = try await Crew().refusal(options)
        #expect(error.code == .endpointRefused)
        #expect(error.message.contains("does not have the model 'c/C'; it has a/A, b/B"))
        #expect(server.chats.isEmpty)
    }

    @Test("an address that is none, or of something else, is said")
    func wrongAddress() async throws {
        let server = try await TestServer.start()
        var error = try await Crew().refusal(try Crew.options(["\(server.address)/wrong"]))
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains("(HTTP 404)"))
        #expect(error.remedy.contains("/v1"))
        for page in ["<html>", "[]", #"{"data":[]}"#, #"{"models":[{"name":"a"}]}"#] {
            server.fail(.body(page), about: "/v1/models")
            error = try await Crew().refusal(try Crew.options(server))
            #expect(error.code == .invalidArgument)
            #expect(error.message.contains("does not list its models"))
        }
        for text in [
            "", "gpu1:8000", "ftp://gpu1", "http://", "http://me:secret@gpu1", "http://gpu1/v1?key=secret",
            "http://127.0.0.1:65536", "http://[::1]:70000/v1", "https://gpu1:999999",
        ] {
            let error = #expect(throws: ShotlistError.self) { try Endpoint(text) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.description.contains("secret") == false)
        }
        #expect(try Endpoint("http://gpu1:8000/").description == "http://gpu1:8000/v1")
        #expect(try Endpoint(" https://gpu1/api/v3// ").description == "https://gpu1/api/v3")
    }

    @Test("a context that a caption alone fills is refused", arguments: [TestServer.Kind.vllm, .sglang, .llamaServer])
    func context(kind: TestServer.Kind) async throws {
        let server = try await TestServer.start(kind) { $0.contextTokens = 256 }
        let error = try await Crew().refusal(try Crew.options(server), maxOutputTokens: 256)
        #expect(error.code == .contextTooShort)
        #expect(error.message.contains("256"))
        let engine = try await Crew().connect(try Crew.options(server), maxOutputTokens: 255)
        await engine.shutDown()
    }

    @Test("a server that takes no video is refused before the run, and is sent images when that is asked for")
    func noVideo() async throws {
        let server = try await TestServer.start { $0.takesVideo = false }
        var options = try Crew.options(server)
        let error = try await Crew().refusal(options)
        #expect(error.code == .notAvailable)
        #expect(error.message.contains("does not take frames in the form 'frames'"))
        #expect(error.message.contains("At most 0 video(s)"))
        #expect(error.remedy.contains("--endpoint-media images"))
        options.media = .images
        try await Crew().run(options) { try await $0.captionAll(["window 1."]) }
    }

    @Test("whole files are tried before the run as well", arguments: [MediaForm.mp4, .file])
    func noFiles(form: MediaForm) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-shared-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try await TestServer.start { $0.takesVideo = false }
        var options = try Crew.options(server)
        options.media = form
        options.mediaFolder = folder.path
        let error = try await Crew().refusal(options)
        #expect(error.code == .notAvailable)
        #expect(error.message.contains("does not take frames in the form '\(form.rawValue)': "))
        let address = form == .file ? "file://" : "data:video/mp4;base64,"
        #expect(server.chats.map { $0.holds(address) } == [true])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a server without eyes is refused, and so is a form that a kind of server does not know")
    func forms() async throws {
        let blind = try await TestServer.start(.llamaServer) { $0.hasVision = false }
        var error = try await Crew().refusal(try Crew.options(blind))
        #expect(error.code == .notAvailable)
        #expect(error.remedy.contains("--mmproj"))
        let plain = try await TestServer.start(.plain)
        for form in [MediaForm.frames, .file] {
            var options = try Crew.options(plain)
            options.media = form
            options.mediaFolder = FileManager.default.temporaryDirectory.path
            error = try await Crew().refusal(options)
            #expect(error.code == .notAvailable)
            #expect(error.message.contains("(plain) takes no '\(form.rawValue)'"))
        }
    }

    @Test("servers without frames in one video are sent images, and that is said once a server")
    func images() async throws {
        let servers = try await [TestServer.start(.plain), TestServer.start(.vllm)]
        let crew = Crew()
        try await crew.run(try Crew.options(servers.map(\.address))) { engine in
            try await engine.captionAll((0..<6).map { "window \($0)." })
        }
        #expect(
            crew.notices == [
                "\(servers[0].address)/v1 (plain) takes no frames in one video; it is sent an image for each."
            ])
        #expect(servers[0].chats(about: "window").allSatisfy { $0.holds("image_url") && !$0.holds("video_url") })
        #expect(servers[1].chats(about: "window").allSatisfy { $0.holds("video_url") && !$0.holds("image_url") })
    }

    @Test("what the user says a server is goes before what it seems to be")
    func dialect() async throws {
        let server = try await TestServer.start(.plain)
        var options = try Crew.options(server)
        options.dialect = .vllm
        try await Crew().run(options) { try await $0.captionAll(["window 1."]) }
        #expect(server.chats(about: "window 1.").first?.holds("media_io_kwargs") == true)
        #expect(!server.requests.contains { $0.uri.hasSuffix("/metadata") })
    }

    @Test("a fleet waits for its first server, and says so once")
    func waits() async throws {
        let (server, other) = (try await TestServer.start(), try await TestServer.start())
        await server.stop()
        other.fail(.status(503), about: "/v1/models", times: .max)
        let crew = Crew()
        let options = try Crew.options(server, other)
        let connecting = Task { try await crew.connect(options) }
        try await Crew.wait { other.requests.count > 5 }
        #expect(crew.count("No server can be asked yet.") == 1)
        #expect(crew.count("\(other.address)/v1 is not ready yet (HTTP 503). It is tried again.") == 1)
        #expect(crew.count("\(server.address)/v1 was asked and") == 1)
        try await server.start()
        let engine = try await connecting.value
        try await engine.captionAll(["window 1."])
        // Who is late is asked from then on.
        other.mend()
        try await Crew.wait { crew.count("\(other.address)/v1 is back.") == 1 }
        try await engine.captionAll((0..<10).map { "more \($0)." })
        #expect(!other.chats(about: "more").isEmpty)
        await engine.shutDown()
    }

    @Test("a server that hangs does not hold up the others", .timeLimit(.minutes(1)))
    func hanging() async throws {
        let (bad, good) = (try await TestServer.start(), try await TestServer.start())
        bad.fail(.hangs, about: "Describe the video.")
        var options = try Crew.options(bad, good)
        options.timeout = .seconds(600)
        options.lookPatience = .milliseconds(200)
        let crew = Crew()
        try await crew.run(options) { engine in
            try await engine.captionAll((0..<4).map { "window \($0)." })
            #expect(crew.count("\(bad.address)/v1 has said nothing for 0 s. It is asked when it answers.") == 1)
            try await Crew.wait { crew.count("\(bad.address)/v1 is back.") == 1 }
            try await engine.captionAll((0..<4).map { "more \($0)." })
            #expect(!bad.chats(about: "more").isEmpty)
        }
    }

    @Test("a fleet whose servers never come is given up")
    func never() async throws {
        let server = try await TestServer.start()
        await server.stop()
        var options = try Crew.options(server)
        options.giveUp = .milliseconds(200)
        let error = try await Crew().refusal(options)
        #expect(error.code == .endpointsDown)
        #expect(error.message.contains("no connection to '127.0.0.1' comes about: Connection refused"))
    }

    @Test("a redirect is not followed, so that nobody else gets the key or the frames")
    func redirect() async throws {
        let (server, other) = (try await TestServer.start(), try await TestServer.start())
        server.fail(.redirect(to: other.address), about: "/v1/models")
        let error = try await Crew().refusal(try Crew.options(server, key: "k"))
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains("(HTTP 307)"))
        server.fail(.redirect(to: other.address), about: "window 1.", times: .max)
        try await Crew().run(try Crew.options(server, key: "k")) { engine in
            let message = try await engine.failure("window 1.").message
            #expect(message.contains("(HTTP 307)"))
        }
        #expect(other.requests.isEmpty)
    }

    @Test("a proxy of the environment is used, and is not for what NO_PROXY names")
    func proxy() async throws {
        let server = try await TestServer.start()
        let proxy = try await ServerProxy.start(before: server)
        var environment = ["HTTP_PROXY": "http://me:pass@\(proxy.address)"]
        let options = try Crew.options(["http://fleet.invalid:8000"], environment: environment)
        try await Crew().run(options) { try await $0.captionAll(["window 1.", "window 2."]) }
        #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT fleet.invalid:8000 ") })
        let password = Data("me:pass".utf8).base64EncodedString().lowercased()
        #expect(proxy.requests.first?.lowercased().contains("proxy-authorization: basic \(password)") == true)
        let before = proxy.requests.count
        environment["NO_PROXY"] = "127.0.0.1"
        try await Crew().run(try Crew.options(server, environment: environment)) { engine in
            try await engine.captionAll(["window 3."])
        }
        #expect(proxy.requests.count == before)
    }

    @Test("no server, a file that cannot be read, a quality that cannot be")
    func wrongOptions() async throws {
        let codes = try await [
            Crew().refusal(try Crew.options([])).code,
            Crew().refusal(try Crew.options([], file: "/nowhere/endpoints")).code,
        ]
        #expect(codes == [.invalidArgument, .unreadable])
        var options = try Crew.options(["http://127.0.0.1:1"])
        options.jpegQuality = 101
        #expect(try await Crew().refusal(options).code == .invalidArgument)
    }
}
