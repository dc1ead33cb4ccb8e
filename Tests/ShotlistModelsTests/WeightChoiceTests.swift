import ShotlistCore
import ShotlistModels
import Testing

@Suite("Which precision of a model is taken")
struct WeightChoiceTests {
    /// A machine with so many billions of bytes free.
    private func choose(
        _ request: WeightRequest, _ name: String, free: Double, kind: ModelSpec.Kind = .vision
    ) throws -> WeightChoice {
        let chooser = WeightChooser(
            availableMemory: { Int(free * 1e9) }, memoryNeed: { $0.roughMemoryNeed($1) })
        return try chooser.choose(request, for: ModelRegistry.standard.model(name, kind: kind))
    }

    @Test(
        "auto takes the best that fits",
        arguments: [
            // 7.6 and 0.7 billion numbers: 16.6 GB, 9.4 GB and 6.0 GB, and a fifth more and 1 GB.
            ("qwen", 24, WeightPrecision.f16), ("qwen", 20, .q8_0), ("qwen", 9, .q4KM),
            // 12.3 and 0.7 billion.
            ("nemotron", 64, .bf16), ("nemotron", 24, .q8_0), ("nemotron", 13, .q4KM),
            ("nemotron-fp8", 64, .bf16), ("nemotron-fp8", 20, .q8_0), ("nemotron-nvfp4", 64, .nvfp4),
            ("demo", 64, .f16),
        ])
    func auto(name: String, free: Double, expected: WeightPrecision) throws {
        let choice = try choose(.auto, name, free: free)
        #expect(choice.precision == expected)
        #expect(choice.note?.contains(expected.rawValue) ?? ["nemotron-nvfp4", "demo"].contains(name))
    }

    @Test("auto says what it took, why, and what the next better would need")
    func note() throws {
        #expect(
            try choose(.auto, "qwen", free: 20).note
                == "Weights of qwen: q8_0, the best that fits: about 12.3 GB of 20.0 GB free. f16 would need 20.9 GB.")
    }

    @Test("too little memory for any is refused with the numbers")
    func tooLittle() throws {
        let error = #expect(throws: ShotlistError.self) { try choose(.auto, "qwen", free: 4) }
        #expect(error?.code == .outOfMemory)
        #expect(error?.message.contains("8.2 GB of memory as q4_k_m") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("4.0 GB are free") == true)
    }

    @Test("a precision that was named is taken whatever the memory, and without words")
    func named() throws {
        let choice = try choose(.exactly(.bf16), "qwen3", free: 1, kind: .text)
        #expect(choice.precision == .bf16)
        #expect(choice.note == nil)
    }

    @Test("8 bits are q8_0 and said; what is smaller already stays, and is said")
    func eightBits() throws {
        let qwen = try choose(.eightBits, "qwen", free: 64)
        #expect(qwen.precision == .q8_0)
        #expect(qwen.note?.contains("no FP8") == true)
        let fp8 = try choose(.eightBits, "nemotron-fp8", free: 64)
        #expect(fp8.precision == .bf16)
        #expect(fp8.note?.contains("published in 8 bits already") == true)
        let nvfp4 = try choose(.eightBits, "nemotron-nvfp4", free: 64)
        #expect(nvfp4.precision == .nvfp4)
        #expect(nvfp4.note?.contains("published in 4 bits already") == true)
    }

    @Test(
        "what a model is not to be had in is refused, with what it is",
        arguments: [
            (WeightRequest.exactly(.q8_0), "nemotron-nvfp4", "Use nvfp4"),
            (.exactly(.nvfp4), "qwen", "one of auto, bf16"),
            (.eightBits, "demo", "Use f16"), (.exactly(.q4_1), "nemotron", "q4_k_m"),
        ])
    func refused(request: WeightRequest, name: String, offered: String) throws {
        let error = #expect(throws: ShotlistError.self) { try choose(request, name, free: 64) }
        #expect(error?.code == .notAvailable)
        #expect(error?.remedy.contains(offered) == true, "\(error?.remedy ?? "")")
    }

    @Test("the words of --captioning-weights")
    func words() throws {
        #expect(try WeightRequest("auto") == .auto)
        #expect(try WeightRequest("q4_k_m") == .exactly(.q4KM))
        let error = #expect(throws: ShotlistError.self) { try WeightRequest("q4_km") }
        #expect(error?.remedy.contains("Did you mean 'q4_k_m'") == true)
    }
}
