import ShotlistLlama
import ShotlistModels

/// The demo model of the repository.
enum DemoFiles {
    static let folder = Fixture.repository.appending(path: "Models/demo")
    static let text = folder.appending(path: DemoModel.textFile).path
    static let projector = folder.appending(path: DemoModel.projectorFile).path
    static let options = LlamaOptions(modelPath: text, projectorPath: projector, threads: 1)
}
