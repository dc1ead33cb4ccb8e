import CoreMetrics
import ShotlistMetrics
import TestExposition
import Testing

@Suite("Where metrics are kept")
struct RegistryTests {
    @Test("the same name and labels are the same counter, in whatever order the labels come")
    func same() throws {
        let registry = PrometheusRegistry()
        Counter(label: "clips", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "clips_total", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        Counter(label: "clips", dimensions: [("a", "1")], factory: registry).increment()
        let reader = try ExpositionReader(registry.text)
        #expect(reader.families.map(\.name) == ["clips_total"])
        #expect(reader.value("clips_total", ["a": "1", "b": "2"]) == 2)
        #expect(reader.value("clips_total", ["a": "1"]) == 1)
    }

    @Test("a counter never falls, but may be reset")
    func counter() throws {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "clips", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        #expect(try ExpositionReader(registry.text).value("clips_total") == 5)
        counter.reset()
        #expect(try ExpositionReader(registry.text).value("clips_total") == 0)
        let parts = FloatingPointCounter(label: "hours", factory: registry)
        for _ in 0..<3 { parts.increment(by: 0.5) }
        #expect(try ExpositionReader(registry.text).value("hours_total") == 1)
    }

    @Test("gauges rise and fall, whether they come as meters or as gauges")
    func gauge() throws {
        let registry = PrometheusRegistry()
        let meter = Meter(label: "windows", factory: registry)
        meter.set(Int64(4))
        meter.increment()
        meter.decrement(by: 3.0)
        #expect(try ExpositionReader(registry.text).value("windows") == 2)
        Gauge(label: "windows", factory: registry).record(9.5)
        let reader = try ExpositionReader(registry.text)
        #expect(reader.value("windows") == 9.5)
        #expect(reader.families.first?.type == "gauge")
    }

    @Test("names that Prometheus does not take are changed to such as it does")
    func names() throws {
        let registry = PrometheusRegistry()
        Counter(label: "9 läuse.pro-tag", dimensions: [("1st", "a"), ("le", "b"), ("__x", "c")], factory: registry)
            .increment()
        Counter(label: "", dimensions: [("a.b", "first"), ("a-b", "second")], factory: registry).increment()
        let reader = try ExpositionReader(registry.text)
        #expect(
            reader.value("_9_l_use_pro_tag_total", ["_1st": "a", "exported_le": "b", "exported___x": "c"]) == 1)
        #expect(reader.value("__total", ["a_b": "second"]) == 1)
    }

    @Test("a name that comes as another kind keeps its first")
    func kinds() throws {
        let registry = PrometheusRegistry()
        Meter(label: "a_total", factory: registry).set(Int64(1))
        Counter(label: "a_total", factory: registry).increment(by: 100)
        Recorder(label: "a_total", factory: registry).record(3)
        let reader = try ExpositionReader(registry.text)
        #expect(reader.families.map(\.type) == ["gauge"])
        #expect(reader.value("a_total") == 1)
    }

    @Test("a metric that is destroyed is shown no longer")
    func destroyed() throws {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "a", dimensions: [("n", "1")], factory: registry)
        counter.increment()
        Counter(label: "a", dimensions: [("n", "2")], factory: registry).increment()
        let timer = CoreMetrics.Timer(label: "b", factory: registry)
        timer.recordSeconds(1)
        counter.destroy()
        timer.destroy()
        let reader = try ExpositionReader(registry.text)
        #expect(reader.families.map(\.name) == ["a_total"])
        #expect(reader.values("a_total", by: "n") == ["2": 1])
    }
}
