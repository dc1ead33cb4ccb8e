// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that whoever uses Shotlist does not build it.
let package = Package(
    name: "ShotlistBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Shotlist", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(name: "MediaBench", dependencies: [.product(name: "Shotlist", package: "Shotlist")]),
        // What asks a fleet of servers, and the servers that it asks.
        .executableTarget(
            name: "FleetLoad",
            dependencies: [
                .product(name: "Shotlist", package: "Shotlist"),
                .product(name: "ShotlistFleet", package: "Shotlist"),
            ]),
        .executableTarget(
            name: "FleetServers",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
