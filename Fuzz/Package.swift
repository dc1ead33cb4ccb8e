// swift-tools-version: 6.1
import Foundation
import PackageDescription

// A package of its own, so that `make test` does not build it. scripts/fuzz.sh builds it, and all of Shotlist with it, with
// libFuzzer's counters and the address sanitizer.
let llama = URL(filePath: Context.packageDirectory).deletingLastPathComponent().path + "/.deps/llama"

let package = Package(
    name: "ShotlistFuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Shotlist", path: ".."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "ShotlistFuzz",
            dependencies: [
                .product(name: "Shotlist", package: "Shotlist"),
                .product(name: "ShotlistFleet", package: "Shotlist"),
                .product(name: "ShotlistLlama", package: "Shotlist"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: [.unsafeFlags(["-Xcc", "-I\(llama)/include"])])
    ],
    swiftLanguageModes: [.v6]
)
