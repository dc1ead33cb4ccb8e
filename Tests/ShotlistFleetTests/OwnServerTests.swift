import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import Testing

@Suite("A server that is started here", .timeLimit(.minutes(20)))
struct OwnServerTests {
    @Test("is waited for, asked, and gone at the end")
    func good() async throws {
        let vllm = try FakeVLLM("good")
        let engine = try await vllm.engine()
        let answer = try await engine.caption(FakeVLLM.request())
        #expect(answer.text == "Start 1 answers.")
        #expect(engine.identity.modelID == "Qwen/Qwen2.5-VL-7B-Instruct")
        #expect(engine.identity.modelRevision == "cc59489")
        let start = try #require(vllm.starts.first)
        #expect(Array(start.words.prefix(4)) == ["serve", "Qwen/Qwen2.5-VL-7B-Instruct", "--revision", "cc59489"])
        let host = try #require(start.words.firstIndex(of: "--host"))
        #expect(start.words[host + 1] == "127.0.0.1")
        let port = try #require(start.words.firstIndex(of: "--port").flatMap { Int(start.words[$0 + 1]) })
        #expect(Processes.runs(start.pid))
        #expect(Processes.listen(on: port))
        await engine.shutDown()
        #expect(!Processes.runs(start.pid))
        #expect(vllm.starts.count == 1)
        #expect(!Processes.listen(on: port))
    }

    @Test("shows the last line of its log while it loads")
    func log() async throws {
        let vllm = try FakeVLLM("never")
        await #expect(throws: ShotlistError.self) { try await vllm.engine { $0.startTime = .seconds(8) } }
        #expect(vllm.notices.contains("vLLM: loading the weights"))
    }

    @Test("shows no line more often than it is to")
    func seldom() async throws {
        let vllm = try FakeVLLM("never")
        await #expect(throws: ShotlistError.self) {
            try await vllm.engine {
                $0.startTime = .seconds(8)
                $0.noticePeriod = .seconds(60)
            }
        }
        #expect(!vllm.notices.contains { $0.hasPrefix("vLLM: ") })
    }

    @Test("that is never healthy is given up, with what it said, and gone")
    func never() async throws {
        let vllm = try FakeVLLM("never")
        let error = await #expect(throws: ShotlistError.self) {
            try await vllm.engine { $0.startTime = .seconds(8) }
        }
        #expect(error?.code == .engineFailed)
        #expect(error?.message.contains("could not be asked within 8 s") == true)
        #expect(error?.message.contains("\n    loading the weights\n") == true)
        let start = try #require(vllm.starts.first)
        #expect(!Processes.runs(start.pid))
    }

    @Test("that ends before it was healthy is not started again")
    func broken() async throws {
        let vllm = try FakeVLLM("broken")
        let error = await #expect(throws: ShotlistError.self) { try await vllm.engine() }
        #expect(error?.code == .engineFailed)
        #expect(error?.message.contains("exit code 3") == true)
        #expect(error?.message.contains("there is no GPU here") == true)
        #expect(vllm.starts.count == 1)
    }

    @Test("that dies is started again on the same port, and the window is asked for once more")
    func restart() async throws {
        let vllm = try FakeVLLM("dies-once")
        let engine = try await vllm.engine()
        let answer = try await engine.caption(FakeVLLM.request())
        #expect(answer.text == "Start 2 answers.")
        #expect(vllm.starts.count == 2)
        #expect(vllm.starts.first?.words == vllm.starts.last?.words)
        #expect(
            vllm.notices.contains {
                $0 == "vLLM died with exit code 1, and is started again. It said last: the GPU fell out"
            })
        #expect(vllm.notices.contains("vLLM is back."))
        await engine.shutDown()
        #expect(!vllm.starts.contains { Processes.runs($0.pid) })
    }

    @Test("that dies too often is given up, and the run with it")
    func tooOften() async throws {
        let vllm = try FakeVLLM("dies")
        let engine = try await vllm.engine()
        // Three windows: each of them is asked for at most five times.
        let errors: [ShotlistError?] = await withTaskGroup(of: (any Error)?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    do {
                        _ = try await engine.caption(FakeVLLM.request())
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1 as? ShotlistError) }
        }
        #expect(errors.allSatisfy { $0?.code == .endpointsDown && $0?.endsRun == true })
        #expect(errors.first??.message.contains("vLLM died 3 times within 600 s") == true)
        #expect(errors.first??.message.contains("the GPU fell out") == true)
        #expect(vllm.starts.count == 3)
        await #expect(throws: ShotlistError.self) { try await engine.caption(FakeVLLM.request()) }
        await engine.shutDown()
        #expect(!vllm.starts.contains { Processes.runs($0.pid) })
    }

    @Test("that takes no notice of being asked to end is ended, and its children with it")
    func stubborn() async throws {
        let vllm = try FakeVLLM("stubborn")
        let engine = try await vllm.engine { $0.stopTime = .milliseconds(300) }
        let start = try #require(vllm.starts.first)
        let child = try #require(start.child)
        #expect(Processes.runs(child))
        await engine.shutDown()
        #expect(!Processes.runs(start.pid))
        #expect(try await Processes.wait { !Processes.runs(child) })
    }

    @Test("is gone when the run is stopped while it loads")
    func cancelled() async throws {
        let vllm = try FakeVLLM("never")
        let starting = Task { try await vllm.engine() }
        #expect(try await Processes.wait { !vllm.starts.isEmpty })
        starting.cancel()
        await #expect(throws: CancellationError.self) { try await starting.value }
        let start = try #require(vllm.starts.first)
        #expect(!Processes.runs(start.pid))
    }

    @Test("whose program is not there is told in a sentence that says what to do")
    func missing() async throws {
        let vllm = try FakeVLLM("good")
        for program in ["no-such-program-of-anybody", "/no/such/program", "/tmp"] {
            var command = vllm.command
            command.program = program
            let options = try FleetOptions(endpoints: [], environment: [:])
            let error = await #expect(throws: ShotlistError.self) {
                try await OwnServerEngine.start(
                    command, options: options, variant: FakeVLLM.variant, maxOutputTokens: 16, onNotice: { _ in })
            }
            #expect(error?.code == .notAvailable)
            #expect(error?.message.hasPrefix("The program '\(program)' is not there") == true)
            #expect(error?.remedy.contains("pip install vllm") == true)
        }
    }

    @Test("has died too often only when that was within the time")
    func deaths() {
        var policy = OwnServerPolicy()
        policy.mostDeaths = 3
        policy.deathPeriod = .seconds(600)
        var deaths = Deaths(policy: policy)
        let at0 = deaths.isTooMany(now: .seconds(0))
        #expect(!at0)
        let at300 = deaths.isTooMany(now: .seconds(300))
        #expect(!at300)
        let at601 = deaths.isTooMany(now: .seconds(601))
        #expect(!at601)
        let at899 = deaths.isTooMany(now: .seconds(899))
        #expect(at899)
    }
}
