import Foundation
import ShotlistCore
import ShotlistFleet

/// The client of fleets under load.
///
///     FleetLoad load PLAN                          asks servers about windows; PLAN is JSON, see Plan
///     FleetLoad jpeg PIXELS WIDTH HEIGHT FOLDER    writes frames as JPEG files, as the client does
///
/// Each line that it prints is JSON. `load` says `{"running": true}` when the servers were looked at,
/// `{"draining": true}` when the time is over and no further window is asked about, and at the end what it took.
/// `Benchmarks/fleet` reads them.
@main
struct FleetLoad {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "load" where words.count == 2:
            try await load(try Plan(json: words[1]))
        case "jpeg" where words.count == 5:
            guard let width = Int(words[2]), let height = Int(words[3]) else { throw Complaint("the size is no size") }
            let size = PixelSize(width: width, height: height)
            say(try FramesAsJPEG(pixels: words[1], size: size, folder: words[4]).write())
        default:
            FileHandle.standardError.write(
                Data("usage: FleetLoad load PLAN | jpeg PIXELS WIDTH HEIGHT FOLDER\n".utf8))
            exit(64)
        }
    }

    private static func load(_ plan: Plan) async throws {
        let load = try await Load.connect(plan)
        _ = await load.run(windows: plan.warmUp ?? 0, seconds: nil) {}
        say(["running": true])
        let (start, usedBefore) = (ContinuousClock.now, ProcessUse.cpuSeconds)
        let tally = await load.run(windows: plan.windows, seconds: plan.seconds) { say(["draining": true]) }
        say(
            Result(
                windows: tally.answered, wrong: tally.wrong, failed: tally.failed, trouble: tally.trouble,
                wallSeconds: (ContinuousClock.now - start) / .seconds(1),
                cpuSeconds: ProcessUse.cpuSeconds - usedBefore, peakMB: ProcessUse.peakMB))
        await load.end()
    }

    /// What a load took.
    private struct Result: Encodable {
        let windows: Int
        let wrong: Int
        let failed: Int
        let trouble: String?
        let wallSeconds: Double
        let cpuSeconds: Double
        let peakMB: Double

        private enum CodingKeys: String, CodingKey {
            case windows, wrong, failed, trouble
            case wallSeconds = "wall_seconds"
            case cpuSeconds = "cpu_seconds"
            case peakMB = "peak_mb"
        }
    }

    private static func say(_ value: some Encodable) {
        guard let json = try? JSONEncoder().encode(value) else { return }
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }
}

/// What is wrong with how it was called.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
