import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistPipeline

/// How a command ends: the exit codes, which the command line's reference documents.
enum Ending {
    /// Some videos, clips, windows or previews failed, but the run ended.
    static let partial: Int32 = 2
    /// The run as a whole failed.
    static let failed: Int32 = 1
    /// The request cannot be carried out as it was written.
    static let usage: Int32 = 64
    /// Stopped because no server could be asked, for captions or for files; a rerun may do better.
    static let noServers: Int32 = 75
    /// Stopped by a signal.
    static let interrupted: Int32 = 130

    /// Runs `body` and ends the command with the code it gives, or with the one that fits its error, which is
    /// printed as one sentence.
    static func of(_ terminal: Terminal = Terminal(), _ body: () async throws -> Int32) async throws {
        let code: Int32
        do {
            code = try await body()
        } catch let error as ShotlistError {
            terminal.fail(error)
            code = Self.code(of: error)
        } catch is CancellationError {
            code = interrupted
        } catch let error where terminal.format == .json {
            // Others are printed by the parser of the command line, as text.
            terminal.fail(error)
            code = failed
        }
        if code != 0 { throw ExitCode(code) }
    }

    /// The code that a finished run deserves.
    static func code(of summary: RunSummary) -> Int32 {
        if summary.cancelled { return interrupted }
        if summary.isComplete { return 0 }
        return summary.hasResults ? partial : failed
    }

    /// Whether another process waits for the run's end and may begin it again.
    private static var isWatched: Bool {
        #if os(Linux)
            RunSupervisor.isWatched
        #else
            false
        #endif
    }

    private static func code(of error: ShotlistError) -> Int32 {
        switch error.code {
        case .invalidArgument, .unknownVariant, .notAvailable, .pipelineMismatch, .unknownDevice, .filterInvalid: usage
        case .cancelled: interrupted
        case .endpointsDown, .storageUnreachable: noServers
        case .engineFailed where isWatched: RestartPolicy.engineLost
        default: failed
        }
    }
}
