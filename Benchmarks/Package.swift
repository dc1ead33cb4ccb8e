// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that whoever uses Shotlist does not build it.
let package = Package(
    name: "ShotlistBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Shotlist", path: "..")],
    targets: [
        .executableTarget(name: "MediaBench", dependencies: [.product(name: "ShotlistMedia", package: "Shotlist")])
    ],
    swiftLanguageModes: [.v6]
)
