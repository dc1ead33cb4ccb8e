import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import Synchronization

/// Many windows that are asked about at once.
struct Load: Sendable {
    /// What came of the windows.
    struct Tally: Sendable {
        var answered = 0
        /// Windows whose answer was another's.
        var wrong = 0
        var failed = 0
        /// Why the first failed.
        var trouble: String?

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                answered: left.answered + right.answered, wrong: left.wrong + right.wrong,
                failed: left.failed + right.failed, trouble: left.trouble ?? right.trouble)
        }
    }

    private let plan: Plan
    private let files: [Data]
    /// The same frames before they were encoded; empty when all windows share ``files``.
    private let pixels: [PreparedFrame]
    private let engine: FleetEngine
    private let numbers = Numbers()

    /// Reads the frames and looks at the servers.
    static func connect(_ plan: Plan) async throws -> Load {
        let names = try FileManager.default.contentsOfDirectory(atPath: plan.frames).filter { $0.hasSuffix(".jpg") }
        let files = try names.sorted().map { try Data(contentsOf: URL(filePath: "\(plan.frames)/\($0)")) }
        guard !files.isEmpty else { throw Complaint("'\(plan.frames)' holds no JPEG file") }
        var endpoints: [Endpoint] = []
        for address in plan.endpoints { endpoints.append(try Endpoint(address)) }
        // The servers are on this machine, and no proxy stands before them.
        var options = try FleetOptions(endpoints: endpoints, environment: [:])
        options.requestsPerEndpoint = plan.requestsPerEndpoint
        options.giveUp = .seconds(60)
        if let timeout = plan.timeout { options.timeout = .seconds(timeout) }
        let variant = ModelVariant(name: "bench", frameSizing: .smart(try ResizePlan()), sampling: .qwen)
        let engine = try await FleetEngine.connect(
            options, variant: variant, knownNames: ["bench"], maxOutputTokens: 64
        ) { _ in }
        let size = PixelSize(width: 448, height: 224)
        let pixels = try plan.pixels.map { try FramesAsJPEG(pixels: $0, size: size, folder: "").frames() } ?? []
        return Load(
            plan: plan, files: files, pixels: pixels.map { PreparedFrame($0, dtype: .uint8) }, engine: engine)
    }

    private init(plan: Plan, files: [Data], pixels: [PreparedFrame], engine: FleetEngine) {
        self.plan = plan
        self.pixels = pixels
        self.files = files
        self.engine = engine
    }

    /// Asks about windows until there are no more of them or the time is over, and waits for the last answer.
    ///
    /// - Parameter onTimeOver: called when the time is over.
    func run(windows: Int?, seconds: Double?, onTimeOver: @escaping @Sendable () -> Void) async -> Tally {
        numbers.open(windows ?? .max)
        let clock = Task {
            guard let seconds else { return }
            try await Task.sleep(for: .seconds(seconds))
            numbers.close()
            onTimeOver()
        }
        defer { clock.cancel() }
        return await withTaskGroup(of: Tally.self) { group in
            for _ in 0..<plan.inFlight {
                group.addTask {
                    var tally = Tally()
                    while let number = numbers.next() { await ask(number, &tally) }
                    return tally
                }
            }
            return await group.reduce(Tally(), +)
        }
    }

    /// Lets go of the servers.
    func end() async { await engine.shutDown() }

    private func ask(_ number: Int, _ tally: inout Tally) async {
        do {
            let answer = try await answer(about: number)
            tally.answered += 1
            if plan.echoes == true, answer != "\(number)" { tally.wrong += 1 }
        } catch {
            tally.failed += 1
            tally.trouble = tally.trouble ?? "\(error)"
        }
    }

    private func answer(about number: Int) async throws -> String {
        let prompt = try Prompt(text: "Describe what happens in this video. #\(number)#")
        let input = try self.input(prompt, number)
        return try await engine.withWindow(input, asksAgain: false) { window in
            try await window.answer(CaptionQuestion(prompt: prompt, sampling: .qwen, maxOutputTokens: 64)).text
        }
    }
}

extension Load {
    /// A window: with files that all windows share, or from its pixels, as in a run.
    private func input(_ prompt: Prompt, _ number: Int) throws -> WindowInput {
        let (size, indices) = (PixelSize(width: 448, height: 224), files.indices.map { $0 * 6 })
        guard !pixels.isEmpty, let encoder = engine.encoder else {
            return WindowInput(
                frames: [], resizedSize: size, frameIndices: indices, effectiveFPS: 4, videoFPS: 25, prompt: prompt,
                encoded: EncodedWindow(files: files, contentHash: "\(number)"))
        }
        return try encoder(
            WindowInput(
                frames: pixels, resizedSize: size, frameIndices: indices, effectiveFPS: 4, videoFPS: 25, prompt: prompt)
        )
    }
}

/// The windows' numbers, each given out once.
private final class Numbers: Sendable {
    private let state = Mutex((last: 0, left: 0))

    /// Lets so many more be given out.
    func open(_ count: Int) { state.withLock { $0.left = count } }

    /// Gives out no more.
    func close() { state.withLock { $0.left = 0 } }

    func next() -> Int? {
        state.withLock { state in
            guard state.left > 0 else { return nil }
            state.left -= 1
            state.last += 1
            return state.last
        }
    }
}
