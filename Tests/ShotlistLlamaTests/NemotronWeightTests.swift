import Foundation
import ShotlistLlama
import Testing

/// Quantised weights in the files against those of the checkpoints, bit for bit.
@Suite("Weights of Nemotron Nano VL")
struct NemotronWeightTests {
    /// The row of the checkpoint that stands at a row of the file: llama.cpp interleaves the halves of each head of
    /// queries and keys, as its kind of RoPE wants it, which this model does not have.
    private func source(of row: Int, _ weight: NemotronGoldens.Weight) -> Int {
        guard weight.heads > 0 else { return row }
        let width = weight.rows / weight.heads
        let (head, within) = (row / width, row % width)
        return head * width + within % 2 * (width / 2) + within / 2
    }

    @Test("NVFP4: codes, block scales and the scale of each weight are those of the checkpoint")
    func nvfp4() throws {
        let file = try TensorFile(path: NemotronType.nvfp4.file)
        let weights = try NemotronType.nvfp4.golden().weights
        #expect(weights.count == 16)
        for (name, weight) in weights {
            let columns = weight.codes.count / weight.rows * 2
            let bytes = try file.bytes(of: name + ".weight", count: weight.rows * columns / 64 * 36)
            #expect(try file.float(of: name + ".scale") == weight.scale)
            var codes = Data(), scales = Data()
            for row in 0..<weight.rows {
                let start = source(of: row, weight)
                codes += weight.codes[start * columns / 2..<(start + 1) * columns / 2]
                scales += weight.blockScales[start * columns / 16..<(start + 1) * columns / 16]
            }
            let (ours, ourScales) = unpacked(bytes)
            #expect(ourScales == scales.map { $0 & 0x7f }, "\(name)")
            #expect(ours == codes.flatMap { [$0 & 15, $0 >> 4] }, "\(name)")
        }
    }

    /// Codes and block scales of ggml's NVFP4: 36 bytes for 64 numbers, four scales, then four times eight bytes whose
    /// lower halves are the first eight numbers of a block.
    private func unpacked(_ bytes: [UInt8]) -> (codes: [UInt8], scales: [UInt8]) {
        var codes: [UInt8] = [], scales: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 36) {
            scales += bytes[start..<start + 4]
            for block in stride(from: start + 4, to: start + 36, by: 8) {
                codes += bytes[block..<block + 8].map { $0 & 15 } + bytes[block..<block + 8].map { $0 >> 4 }
            }
        }
        return (codes, scales)
    }

    @Test("FP8: BF16 holds each number exactly, and the scale stands beside them")
    func fp8() throws {
        let file = try TensorFile(path: NemotronType.fp8.file)
        let weights = try NemotronType.fp8.golden().weights
        #expect(weights.count == 16)
        for (name, weight) in weights {
            let columns = weight.codes.count / weight.rows
            let bytes = try file.bytes(of: name + ".weight", count: weight.codes.count * 2)
            #expect(try file.float(of: name + ".scale") == weight.scale)
            let ours = stride(from: 0, to: bytes.count, by: 2).map { at in
                Float(bitPattern: UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 24)
            }
            let theirs = (0..<weight.codes.count).map { at in
                e4m3(weight.codes[source(of: at / columns, weight) * columns + at % columns])
            }
            #expect(ours == theirs, "\(name)")
        }
    }

    /// The number of eight bits in E4M3 without infinities.
    private func e4m3(_ code: UInt8) -> Float {
        let exponent = Int(code >> 3 & 15), fraction = Float(code & 7)
        let size =
            exponent == 0
            ? fraction / 512 : Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction / 8)
        return code & 0x80 == 0 ? size : -size
    }
}
