import Foundation

/// What libFuzzer calls, again and again in one process: `SHOTLIST_FUZZ_TARGET` names the parser that gets the bytes.
///
/// An error of ours is as it should be. A trap, a read outside of what is there, and a call that takes too long are finds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Target.chosen.read(Data(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// A parser, or several that belong together.
struct Target: Sendable {
    /// As `SHOTLIST_FUZZ_TARGET` and scripts/fuzz/run.py name it.
    let name: String
    /// Reads bytes that may be anything.
    let read: @Sendable (Data) -> Void

    /// All targets.
    static let all = [
        Target(name: "media", read: Media.read),
        Target(name: "gguf", read: ModelHeaders.readGGUF),
        Target(name: "checkpoint", read: ModelHeaders.readCheckpoint),
        Target(name: "hub", read: HubParsers.read),
        Target(name: "yaml", read: ModelYAML.read),
        Target(name: "server", read: ServerParsers.readAnswers),
        Target(name: "endpoints", read: ServerParsers.readEndpoints),
        Target(name: "records", read: RecordParsers.readRecords),
        Target(name: "ledger", read: RecordParsers.readLedger),
        Target(name: "text", read: TextParsers.read),
    ]

    static let chosen: Target = {
        let name = ProcessInfo.processInfo.environment["SHOTLIST_FUZZ_TARGET"] ?? ""
        guard let target = all.first(where: { $0.name == name }) else {
            let names = all.map(\.name).joined(separator: ", ")
            FileHandle.standardError.write(Data("fuzz: SHOTLIST_FUZZ_TARGET is none of \(names)\n".utf8))
            exit(2)
        }
        return target
    }()
}

/// Does what may fail; how it fails is of no interest here.
func attempt(_ body: () throws -> Void) {
    do { try body() } catch {}
}

/// Ends the process as a crash where something that must hold does not.
func expect(_ condition: Bool, _ what: String) {
    precondition(condition, what)
}

extension Data {
    /// The first byte, by which a target chooses among several parsers, and the rest.
    var chosen: (choice: Int, rest: Data) { (Int(first ?? 0), dropFirst()) }
}
