import ArgumentParser

@main
struct Shotlist: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shotlist",
        abstract: "Captions and previews video data sets.",
        version: "0.1.0")
}
