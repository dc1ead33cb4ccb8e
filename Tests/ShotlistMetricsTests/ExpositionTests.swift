import CoreMetrics
import Foundation
import ShotlistMetrics
import ShotlistPipeline
import TestExposition
import Testing

@Suite("Metrics in Prometheus's text format")
struct ExpositionTests {
    @Test("a counter, a gauge and a histogram, word for word")
    func words() {
        let registry = PrometheusRegistry(
            help: ["clips_total": "Clips that are \"done\".\nBy\\status.", "free": "Free."],
            buckets: [0.5, 1, .infinity])
        Counter(label: "clips", dimensions: [("status", "success")], factory: registry).increment(by: 3)
        Counter(label: "clips", dimensions: [("status", "error")], factory: registry).increment()
        Meter(label: "free", factory: registry).set(-1.25)
        let timer = CoreMetrics.Timer(label: "caption", factory: registry)
        timer.recordMilliseconds(500)
        timer.recordMilliseconds(501)
        timer.recordSeconds(90)
        #expect(
            registry.text == """
                # TYPE caption_seconds histogram
                caption_seconds_bucket{le="0.5"} 1
                caption_seconds_bucket{le="1"} 2
                caption_seconds_bucket{le="+Inf"} 3
                caption_seconds_sum 91.001
                caption_seconds_count 3
                # HELP clips_total Clips that are "done".\\nBy\\\\status.
                # TYPE clips_total counter
                clips_total{status="error"} 1
                clips_total{status="success"} 3
                # HELP free Free.
                # TYPE free gauge
                free -1.25

                """)
    }

    @Test("nothing is an empty text")
    func nothing() {
        #expect(PrometheusRegistry().text.isEmpty)
    }

    @Test(
        "a label may have any value",
        arguments: [
            "a \"quote\"", "\\", "\\\\", "\\n", "two\nlines", "\r\n", "ends in \\", "", " ", "é 🎬 \u{2028}",
            "} 1\nclips_total{a=\"", String(decoding: [0x61, 0xff, 0xfe, 0x62], as: UTF8.self), "\u{0}\u{1b}[2J",
        ])
    func labels(value: String) throws {
        let registry = PrometheusRegistry()
        Counter(label: "clips", dimensions: [("of", value), ("and", "more")], factory: registry).increment(by: 7)
        let reader = try ExpositionReader(registry.text)
        #expect(reader.families.count == 1)
        #expect(reader.value("clips_total", ["of": value, "and": "more"]) == 7)
    }

    @Test(
        "numbers that are none and numbers without an end have their names",
        arguments: [
            (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"), (Double.nan, "NaN"), (0.1, "0.1"), (1e21, "1e+21"),
            (-0.0, "0"), (12.0, "12"),
        ])
    func numbers(number: Double, text: String) throws {
        let registry = PrometheusRegistry()
        Meter(label: "free", factory: registry).set(number)
        #expect(registry.text == "# TYPE free gauge\nfree \(text)\n")
        _ = try ExpositionReader(registry.text)
    }

    @Test("a histogram's buckets are cumulative, with the bound in them, and its sum is that of all values")
    func histogram() throws {
        let registry = PrometheusRegistry(buckets: [10, 1, 0.1, 1, .nan])
        let recorder = Recorder(label: "size", dimensions: [("of", "a")], factory: registry)
        let values = [0.05, 0.1, 0.11, 1, 5, 10, 10.5, 1000]
        for value in values { recorder.record(value) }
        recorder.record(Int64(2))
        // These would spoil the sum for good.
        recorder.record(Double.nan)
        recorder.record(Double.infinity)
        Recorder(label: "size", dimensions: [("of", "b")], factory: registry).record(0.5)
        let reader = try ExpositionReader(registry.text)
        let counts = ["0.1", "1", "10", "+Inf"].map { reader.value("size_bucket", ["of": "a", "le": $0]) }
        #expect(counts == [2, 4, 7, 9])
        #expect(reader.value("size_count", ["of": "a"]) == 9)
        let sum = try #require(reader.value("size_sum", ["of": "a"]))
        #expect(abs(sum - values.reduce(2, +)) < 1e-9)
        #expect(reader.value("size_count", ["of": "b"]) == 1)
        #expect(reader.value("size_sum", ["of": "b"]) == 0.5)
    }

    @Test("many tasks that count at once lose nothing")
    func together() async throws {
        let registry = PrometheusRegistry()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        Counter(label: "a", factory: registry).increment(by: 2)
                        CoreMetrics.Timer(label: "b", factory: registry).recordMilliseconds(250)
                        Meter(label: "c", factory: registry).increment(by: 1.0)
                        Meter(label: "c", dimensions: [("n", "\(number)")], factory: registry).set(number)
                    }
                }
            }
        }
        let reader = try ExpositionReader(registry.text)
        #expect(reader.value("a_total") == 16_000)
        #expect(reader.value("b_seconds_count") == 8000)
        #expect(reader.value("b_seconds_sum") == 2000)
        #expect(reader.value("c") == 8000)
        #expect(reader.value("c", ["n": "7"]) == 7)
    }

    @Test("promtool of Prometheus finds no fault", .enabled(if: Promtool.isHere))
    func promtool() async throws {
        let registry = PrometheusRegistry(
            help: RunMetric.allCases.reduce(into: [:]) { $0[$1.rawValue] = $1.help })
        for metric in RunMetric.allCases {
            let dimensions = [("status", "a \"quote\"\n\\ and é")]
            if metric.rawValue.hasSuffix("_total") {
                Counter(label: metric.rawValue, dimensions: dimensions, factory: registry).increment()
            } else if metric.rawValue.hasSuffix("_seconds") {
                CoreMetrics.Timer(label: metric.rawValue, dimensions: dimensions, factory: registry).recordSeconds(3)
            } else {
                Meter(label: metric.rawValue, dimensions: dimensions, factory: registry).set(2.5)
            }
        }
        let (status, said) = try Promtool.check(registry.text)
        #expect(status == 0, "\(said)")
    }
}

/// The program of Prometheus's own that checks metrics; Debian has it in the package `prometheus`.
private enum Promtool {
    private static let path = "/usr/bin/promtool"

    static var isHere: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What it says of a text, and its exit code.
    static func check(_ text: String) throws -> (status: Int32, said: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "metrics.txt"), folder.appending(path: "said.txt"))
        try Data(text.utf8).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["check", "metrics"]
        process.standardInput = try FileHandle(forReadingFrom: input)
        let handle = try FileHandle(forWritingTo: output)
        (process.standardOutput, process.standardError) = (handle, handle)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
}
