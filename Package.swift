// swift-tools-version: 6.1
import Foundation
import PackageDescription

// llama.cpp is built into .deps/llama by scripts/build-llama.sh, or is where SHOTLIST_LLAMA says; system libraries are found
// by pkg-config.
let llama = Context.environment["SHOTLIST_LLAMA"] ?? "\(Context.packageDirectory)/.deps/llama"
let llamaSettings: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-I\(llama)/include"])]
let llamaLinks: [LinkerSetting] = [.unsafeFlags(["-L\(llama)/lib"] + gpuLinks)]

// A llama.cpp built for a GPU (SHOTLIST_LLAMA_CMAKE_FLAGS) has one library more, which needs those of the GPU's maker.
var gpuLinks: [String] {
    let needed = ["cuda": ["cudart", "cublas", "cublasLt", "cuda"], "vulkan": ["vulkan"]]
    return needed.sorted { $0.key < $1.key }.flatMap { backend, libraries in
        FileManager.default.fileExists(atPath: "\(llama)/lib/libggml-\(backend).a")
            ? ["-lggml-\(backend)", "-L/usr/local/cuda/lib64"] + libraries.map { "-l\($0)" } : []
    }
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "Shotlist",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "shotlist", targets: ["shotlist"]),
        .library(
            name: "Shotlist",
            targets: [
                "ShotlistCore", "ShotlistMedia", "ShotlistEngines", "ShotlistLedger", "ShotlistModels",
                "ShotlistCatalog", "ShotlistPipeline", "ShotlistStorage",
            ]),
        // What is handed over to trainers; with it comes the index of an output and what people made of it.
        .library(name: "ShotlistExport", targets: ["ShotlistExport"]),
        .library(name: "ShotlistLlama", targets: ["ShotlistLlama"]),
        .library(name: "ShotlistFleet", targets: ["ShotlistFleet"]),
        // Metrics for Prometheus; the library itself only counts, through swift-metrics.
        .library(name: "ShotlistMetrics", targets: ["ShotlistMetrics"]),
        // The web app in which captions are looked at and corrected.
        .library(name: "ShotlistReview", targets: ["ShotlistReview"]),
        // For whoever wants no pipeline: it brings no swift-nio.
        .library(name: "ShotlistMedia", targets: ["ShotlistCore", "ShotlistMedia"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibAV", pkgConfig: "libavfilter libavformat libavcodec libavutil libswscale",
            providers: [
                .apt([
                    "libavfilter-dev", "libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev",
                ])
            ]),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebp libwebpmux", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CLlama"),
        .systemLibrary(name: "CMalloc"),
        // What a process gives up before it reads hostile files; all of it in a header.
        .systemLibrary(name: "CConfinement"),
        .target(
            name: "ShotlistCore",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "ShotlistMedia",
            dependencies: [
                "CLibAV", "CTurboJPEG", "CWebP", "ShotlistCore",
                .target(name: "CMalloc", condition: .when(platforms: [.linux])),
                .target(name: "CConfinement", condition: .when(platforms: [.linux])),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "ShotlistEngines", dependencies: ["ShotlistCore"]),
        // What the ledger and the catalog have in common: statements, errors, and writes that share a transaction.
        .target(
            name: "ShotlistDatabase",
            dependencies: ["ShotlistCore", grdb]),
        // What is done, on the disk: for runs that resume.
        .target(
            name: "ShotlistLedger",
            dependencies: ["ShotlistCore", "ShotlistDatabase", grdb]),
        // An output's windows, and what people do to their captions: for review and export.
        .target(
            name: "ShotlistCatalog",
            dependencies: ["ShotlistCore", "ShotlistDatabase", "ShotlistLedger", grdb]),
        // Proxies, tokens and words for what goes wrong on the way to a host: for the model hub and for fleets.
        .target(
            name: "ShotlistNetwork",
            dependencies: [
                "ShotlistCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // Objects of servers that speak S3: videos that are read, and outputs.
        .target(
            name: "ShotlistStorage",
            dependencies: [
                "ShotlistCore", "ShotlistNetwork",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "ShotlistFleet",
            dependencies: [
                "ShotlistCore", "ShotlistEngines", "ShotlistMedia", "ShotlistNetwork",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(
            name: "ShotlistLlama",
            dependencies: [
                "CLlama", "ShotlistCore", "ShotlistEngines",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: llamaSettings, linkerSettings: llamaLinks),
        .target(
            name: "ShotlistModels",
            dependencies: [
                "ShotlistCore", "ShotlistNetwork",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "ShotlistPipeline",
            dependencies: [
                "ShotlistCore", "ShotlistMedia", "ShotlistEngines", "ShotlistLedger", "ShotlistModels",
                "ShotlistStorage",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // Clips and captions in the forms that trainers read.
        .target(
            name: "ShotlistExport", dependencies: ["CArchive", "ShotlistCatalog", "ShotlistCore", "ShotlistMedia"]),
        // Where metrics are kept for Prometheus, and the server that it asks.
        .target(
            name: "ShotlistMetrics",
            dependencies: [
                "ShotlistCore",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // The web app in which captions are looked at and corrected. Its page is in the program, which stays one file.
        .target(
            name: "ShotlistReview",
            dependencies: [
                "ShotlistCatalog", "ShotlistCore", "ShotlistLedger", "ShotlistMedia",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.embedInCode("Web")]),
        // Logs as lines of JSON.
        .target(
            name: "ShotlistLogging",
            dependencies: ["ShotlistCore", .product(name: "Logging", package: "swift-log")]),
        .executableTarget(
            name: "shotlist",
            dependencies: [
                "ShotlistCatalog", "ShotlistCore", "ShotlistMedia", "ShotlistEngines", "ShotlistExport",
                "ShotlistFleet", "ShotlistLlama", "ShotlistLedger", "ShotlistLogging", "ShotlistMetrics",
                "ShotlistModels", "ShotlistPipeline", "ShotlistReview", "ShotlistStorage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: llamaSettings),
        .executableTarget(
            name: "Quickstart",
            dependencies: ["ShotlistEngines", "ShotlistLlama", "ShotlistModels", "ShotlistPipeline"],
            path: "Examples/Quickstart", swiftSettings: llamaSettings),
        // A model hub on this machine, with faults, for the tests of downloading.
        support(
            "TestHub", [.product(name: "Crypto", package: "swift-crypto")], nio: ["NIOCore", "NIOHTTP1", "NIOPosix"]),
        // An OpenAI-compatible server on this machine, with faults, for the tests of fleets.
        support("TestServer", nio: ["NIOCore", "NIOHTTP1", "NIOPosix"]),
        // What is compared of two runs' outputs.
        support("TestOutput"),
        // A real S3 server on this machine, and a proxy with faults before it.
        support("TestS3", ["ShotlistStorage"], exclude: ["faulty-proxy.py", "scripted-server.py"]),
        // A browser that tests drive, over WebDriver.
        support("TestBrowser", [.product(name: "AsyncHTTPClient", package: "async-http-client")], nio: ["NIOCore"]),
        // Outputs that no run has made: records as they are on the disk.
        support("TestRecords"),
        // A strict reader of Prometheus's text format, and a client that asks for it.
        support("TestExposition"),
        // Loads exports as those who train do, by Python's libraries.
        support("TestReaders"),
        // Another process that uses an output's databases.
        support("TestProcess"),
        .testTarget(name: "ShotlistCoreTests", dependencies: ["ShotlistCore"], exclude: ["Fixtures"]),
        .testTarget(
            name: "ShotlistExportTests",
            dependencies: ["ShotlistCatalog", "ShotlistCore", "ShotlistExport", "ShotlistMedia", "TestReaders"]),
        .testTarget(
            name: "ShotlistCatalogTests",
            dependencies: ["ShotlistCatalog", "ShotlistCore", "ShotlistLedger", "TestProcess", grdb]),
        .testTarget(
            name: "ShotlistFleetTests",
            dependencies: [
                "ShotlistCore", "ShotlistEngines", "ShotlistFleet", "ShotlistMedia", "ShotlistNetwork", "TestServer",
            ]),
        .testTarget(
            name: "ShotlistLedgerTests",
            dependencies: ["ShotlistCore", "ShotlistLedger", "TestProcess", grdb],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ShotlistMetricsTests",
            dependencies: [
                "ShotlistCore", "ShotlistMetrics", "ShotlistPipeline", "TestExposition",
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "ShotlistLoggingTests",
            dependencies: ["ShotlistCore", "ShotlistLogging", .product(name: "Logging", package: "swift-log")]),
        .testTarget(
            name: "ShotlistReviewTests",
            dependencies: [
                "ShotlistCatalog", "ShotlistCore", "ShotlistLedger", "ShotlistMedia", "ShotlistReview", "TestBrowser",
                "TestRecords", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .testTarget(name: "ShotlistModelsTests", dependencies: ["ShotlistCore", "ShotlistModels", "TestHub"]),
        .testTarget(
            name: "ShotlistMediaTests", dependencies: ["ShotlistCore", "ShotlistMedia"], exclude: ["Fixtures"]),
        .testTarget(name: "ShotlistStorageTests", dependencies: ["ShotlistCore", "ShotlistStorage", "TestS3"]),
        .testTarget(
            name: "ShotlistLlamaTests", dependencies: ["ShotlistLlama", "ShotlistModels"],
            exclude: ["Fixtures"], swiftSettings: llamaSettings),
        .testTarget(
            name: "ShotlistPipelineTests",
            dependencies: [
                "ShotlistEngines", "ShotlistLedger", "ShotlistMedia", "ShotlistMetrics", "ShotlistPipeline",
                "ShotlistStorage", "TestExposition", "TestOutput", "TestS3",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "ShotlistCore", "ShotlistLedger", "ShotlistMedia", "ShotlistMetrics", "ShotlistStorage", "shotlist",
                "TestBrowser", "TestExposition", "TestHub", "TestOutput", "TestReaders", "TestRecords", "TestS3",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)

// Optimising tests takes minutes, and makes those quicker alone that compute themselves: what they call is optimised.
let computing = ["ShotlistCoreTests", "ShotlistMediaTests", "ShotlistLlamaTests", "ShotlistPipelineTests"]
for target in package.targets where target.type == .test && !computing.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-Onone"])]
}

/// What tests of several targets share, a folder below Tests/Support.
///
/// - Parameter nio: products of swift-nio that it needs.
func support(
    _ name: String, _ dependencies: [Target.Dependency] = [], nio: [String] = [], exclude: [String] = []
) -> Target {
    let all = dependencies + nio.map { .product(name: $0, package: "swift-nio") }
    return .target(name: name, dependencies: all, path: "Tests/Support/\(name)", exclude: exclude)
}
