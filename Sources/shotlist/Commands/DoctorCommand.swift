import ArgumentParser
import Foundation
import ShotlistCore
import ShotlistLlama
import ShotlistMedia
import ShotlistModels

/// `shotlist doctor`: what is installed, what is missing and how to get it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Tell what is installed, what is missing and how to get it.")

    @Option(help: "The folder that holds models.")
    var modelDir = "./models"

    func run() async throws {
        print("shotlist \(shotlistVersion)\n")
        print(MediaInfo.report())
        print("")
        print(engine())
        print("")
        print(demoModel())
    }

    private func engine() -> String {
        let info = LlamaSystemInfo.current
        let devices = info.devices.map { "  \($0.name): \($0.description)" }
        let advice =
            info.canUseGPU ? [] : ["  no GPU in this build; build with SHOTLIST_LLAMA_CMAKE_FLAGS=-DGGML_CUDA=ON"]
        return (["llama.cpp \(info.version)", "  \(info.cpuFeatures.joined(separator: " "))"] + devices + advice)
            .joined(separator: "\n")
    }

    private func demoModel() -> String {
        do {
            return "demo model\n  \(try DemoModel.locate(modelDir: modelDir).text)"
        } catch {
            return "demo model\n  missing: \(error)"
        }
    }
}
