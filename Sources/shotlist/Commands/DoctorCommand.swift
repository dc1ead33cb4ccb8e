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

    @OptionGroup(title: "Memory of a model") var memory: MemoryOptions

    func run() async throws {
        print("shotlist \(shotlistVersion)\n")
        print(media())
        print("")
        print(engine())
        print("")
        print(demoModel())
        print("")
        print(try memory.report())
    }

    private func media() -> String {
        let usable = MediaInfo.encoders
        let libraries = MediaInfo.libraries.map { "  \($0.name) \($0.version)" }
        let encoders = ClipEncoder.allCases.map { encoder in
            let advice =
                encoder == .h264NVENC
                ? "needs an NVIDIA card and an FFmpeg built with it (--enable-nvenc)"
                : "missing; install FFmpeg's libraries with it (on Debian: apt-get install libavcodec-dev) and build anew"
            return "  encoder \(encoder.rawValue): \(usable.contains(encoder) ? "works" : advice)"
        }
        let working = VideoDecoder.workingHardware.map(\.rawValue)
        let possible = MediaInfo.hardwareDecoders.filter { name in ["cuda", "vaapi"].contains(name) }
        let hardware =
            working.isEmpty
            ? "none works here, videos are decoded on the processor; this FFmpeg knows "
                + (possible.isEmpty ? "none" : possible.joined(separator: ", "))
            : working.joined(separator: ", ")
        return
            (["FFmpeg \(MediaInfo.ffmpegVersion)"] + libraries + encoders + [
                "  decoders: \(MediaInfo.decoders.joined(separator: ", "))",
                "  decoders on a card: \(hardware)",
                "  high dynamic range: "
                    + (MediaInfo.mapsHighDynamicRange
                        ? "mapped to standard range" : "refused; this FFmpeg lacks the filters zscale and tonemap"),
            ]).joined(separator: "\n")
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
