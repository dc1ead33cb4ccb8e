import ArgumentParser
import ShotlistCore
import ShotlistLlama

/// A model of which `shotlist doctor` tells the memory that it needs.
struct MemoryOptions: ParsableArguments {
    @Option(help: "A text model (GGUF) to tell the memory of, and whether this machine has it.")
    var modelPath: String?

    @Option(help: "The projector (mmproj GGUF) of --model-path.")
    var projectorPath: String?

    @Option(help: "Tokens of prompt and answer to reckon with.")
    var contextTokens = 8192

    @Option(help: "The largest frame that the model is shown, as 1036x420.")
    var frame = "1036x420"

    /// The memory of this machine, and the need of the model.
    func report() throws -> String {
        let machine = MachineMemory.current
        let free =
            machine.map { "  free: \(megabytes($0.available)) of \(megabytes($0.total))" }
            ?? "  free: this system does not say"
        guard let modelPath else { return "memory\n\(free)" }
        guard contextTokens >= 1 else { throw ValidationError("--context-tokens is at least 1.") }
        let need = try MemoryNeed.of(
            text: modelPath, projector: projectorPath, contextTokens: contextTokens, largestFrame: try frameSize())
        let parts = [
            ("weights", need.textWeights), ("projector", need.projectorWeights), ("keys and values", need.cache),
            ("recurrent state", need.recurrentState), ("copies of it", need.snapshots), ("text at work", need.compute),
            ("frames at work", need.vision), ("frames that wait", need.embeddings),
            ("program and vocabulary", need.program),
        ]
        let lines = parts.filter { $0.1 > 0 }.map { "    \($0.0): \(megabytes($0.1))" }
        let verdict = machine.map { need.total <= $0.available ? ", which fits" : ", which does not fit" } ?? ""
        return (["memory", free, "  the model needs: \(megabytes(need.total))\(verdict)"] + lines)
            .joined(separator: "\n")
    }

    private func frameSize() throws -> PixelSize {
        let sides = frame.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...16384).contains($0) }) else {
            throw ValidationError("--frame takes a width and a height, as 1036x420.")
        }
        return PixelSize(width: sides[0], height: sides[1])
    }

    private func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
