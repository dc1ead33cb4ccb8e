import CoreMetrics
import Foundation
import ShotlistCore
import ShotlistMetrics
import TestExposition
import Testing

@Suite("The server that Prometheus asks")
struct ServerTests {
    /// A server on a port that the system chose, with one counter, for as long as `body` runs.
    private func serving(host: String = "127.0.0.1", _ body: (MetricsServer) async throws -> Void) async throws {
        let registry = PrometheusRegistry(help: ["clips_total": "Clips."])
        Counter(label: "clips", dimensions: [("of", "é")], factory: registry).increment(by: 3)
        let server = try await MetricsServer.start(registry, host: host, port: 0)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The error with which a server does not start.
    private func refusal(host: String = "127.0.0.1", port: Int) async throws -> ShotlistError {
        do {
            let server = try await MetricsServer.start(PrometheusRegistry(), host: host, port: port)
            await server.stop()
        } catch {
            return error
        }
        throw HTTPProbe.Trouble(description: "no error came")
    }

    @Test("metrics are at /metrics, with the type of the format and their length")
    func metrics() async throws {
        try await serving { server in
            #expect(server.address == "http://127.0.0.1:\(server.port)/metrics")
            let answer = try #require(try HTTPProbe.get(port: server.port))
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.headers["content-length"] == "\(answer.body.utf8.count)")
            #expect(try ExpositionReader(answer.body).value("clips_total", ["of": "é"]) == 3)
            let filtered = try #require(try HTTPProbe.get("/metrics?name[]=a", port: server.port))
            #expect(filtered.status == 200 && filtered.body == answer.body)
        }
    }

    @Test("HEAD has no body", .timeLimit(.minutes(20)))
    func head() async throws {
        try await serving { server in
            let answer = try #require(try HTTPProbe.get(port: server.port, method: "HEAD"))
            #expect(answer.status == 200 && answer.body.isEmpty)
            #expect(answer.headers["content-length"] != "0")
        }
    }

    @Test("everything else is not found", arguments: ["/", "/metrics/", "/Metrics", "//metrics", "/metrics%20", "/x"])
    func notFound(path: String) async throws {
        try await serving { server in
            let answer = try #require(try HTTPProbe.get(path, port: server.port))
            #expect(answer.status == 404)
            #expect(!answer.body.contains("clips_total"))
        }
    }

    @Test("metrics are read and not written", arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
    func methods(method: String) async throws {
        try await serving { server in
            let answer = try #require(try HTTPProbe.get(port: server.port, method: method))
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "GET, HEAD")
        }
    }

    @Test("what is no request, and one that never comes, cost the others nothing")
    func badRequests() async throws {
        try await serving { server in
            let silent = try (0..<10).map { _ in try #require(try HTTPProbe.connect(port: server.port)) }
            defer { for connection in silent { close(connection) } }
            let answer = try #require(try HTTPProbe.send("rubbish\r\n\r\n", port: server.port))
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            #expect(try #require(try HTTPProbe.get(port: server.port)).status == 200)
        }
    }

    @Test("only this machine is answered unless another address is given")
    func loopback() async throws {
        // On Linux all of 127.0.0.0/8 is this machine, and a server of 127.0.0.1 is none of 127.0.0.2.
        try await serving { server in
            let isAnswered = try HTTPProbe.get(port: server.port, host: "127.0.0.2") != nil
            #expect(!isAnswered)
        }
        try await serving(host: "0.0.0.0") { server in
            let answer = try #require(try HTTPProbe.get(port: server.port, host: "127.0.0.2"))
            #expect(answer.status == 200)
        }
    }

    @Test("a port in use is told before anything is done")
    func inUse() async throws {
        try await serving { server in
            let error = try await refusal(port: server.port)
            #expect(error.code == .notAvailable)
            #expect(error.message.contains("port \(server.port) of '127.0.0.1'") && error.message.contains("in use"))
            #expect(error.remedy.contains("0 to have a free one picked"))
            #expect(try #require(try HTTPProbe.get(port: server.port)).status == 200)
        }
    }

    @Test("ports and addresses that cannot be are told")
    func cannotBe() async throws {
        #expect(try await refusal(port: 65_536).code == .invalidArgument)
        #expect(try await refusal(port: -1).code == .invalidArgument)
        let name = try await refusal(host: "localhost", port: 0)
        #expect(name.code == .invalidArgument && name.message.contains("'localhost'"))
        // An address of documentation (RFC 5737), which no machine has.
        let foreign = try await refusal(host: "192.0.2.1", port: 0)
        #expect(foreign.code == .notAvailable && foreign.message.contains("192.0.2.1"))
    }

    @Test("a server that is stopped is gone, and its port is free")
    func stopped() async throws {
        let first = try await MetricsServer.start(PrometheusRegistry(), port: 0)
        let port = first.port
        #expect(try #require(try HTTPProbe.get(port: port)).body.isEmpty)
        await first.stop()
        let isAnswered = try HTTPProbe.get(port: port) != nil
        #expect(!isAnswered)
        let second = try await MetricsServer.start(PrometheusRegistry(), port: port)
        #expect(second.port == port)
        await second.stop()
    }
}
