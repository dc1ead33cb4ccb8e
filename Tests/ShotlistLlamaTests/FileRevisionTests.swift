import Foundation
import ShotlistLlama
import Testing

@Suite("The name of what a large model file holds")
struct FileRevisionTests {
    @Test("is another one when its beginning, its middle or its end is", arguments: [0, 500 << 20, (1 << 30) - 1])
    func places(offset: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-revision-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "model.gguf")
        try #require(FileManager.default.createFile(atPath: file.path, contents: nil))
        let handle = try FileHandle(forUpdating: file)
        defer { try? handle.close() }
        try handle.truncate(atOffset: 1 << 30)
        let options = LlamaTextOptions(modelPath: file.path)
        let before = try options.engineIdentity().modelRevision
        #expect(try options.engineIdentity().modelRevision == before)

        // A tensor of 5 MB in the middle, or a byte at either end, which are read whole.
        let changed = Data(repeating: 1, count: min(5 << 20, (1 << 30) - offset))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: changed)
        #expect(try options.engineIdentity().modelRevision != before)
    }
}
