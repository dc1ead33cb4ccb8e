import ShotlistCore

/// What llama.cpp itself says of the buffers that it makes for a context, in bytes: to test ``MemoryNeed`` against.
package struct MeasuredBuffers: Sendable, Hashable {
    /// Keys and values.
    package var cache = 0
    /// States of recurrent layers.
    package var recurrentState = 0
    /// What a batch works in.
    package var compute = 0

    /// Loads a text model and makes a context of `contextTokens` for each of `sequences`.
    ///
    /// - Throws: ``ShotlistError`` as loading does.
    package init(text: String, contextTokens: Int, sequences: Int = 1) throws {
        let model = try LlamaModel(
            options: LlamaOptions(modelPath: text, projectorPath: "", gpuLayers: 0), abort: AbortFlag())
        var lines: [String] = []
        let made = LlamaLog.listening {
            lines.append($0)
        } during: {
            Result { () throws in
                try LlamaContext(
                    model: model, positions: .plain, capacity: contextTokens, sequences: sequences, threads: 1)
            }
        }
        _ = try made.value.get()
        for line in lines where line.contains("buffer size =") {
            let bytes = Self.bytes(in: line)
            if line.contains(" KV ") { cache += bytes }
            if line.contains(" RS ") { recurrentState += bytes }
            if line.contains("compute") { compute += bytes }
        }
    }

    /// The number before `MiB` at the end of a line.
    private static func bytes(in line: String) -> Int {
        let words = line.split(separator: " ")
        guard words.last == "MiB", let number = words.dropLast().last.flatMap({ Double($0) }) else { return 0 }
        return Int(number * Double(1 << 20))
    }
}
