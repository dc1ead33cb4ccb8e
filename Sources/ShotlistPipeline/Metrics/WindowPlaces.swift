import CoreMetrics
import ShotlistCore
import Synchronization

/// Where a window is on its way, as the label `place` of ``RunMetric/windowsUnderWay`` names it.
enum WindowPlace: String, Sendable, CaseIterable {
    /// It is being decoded.
    case decoding
    /// Its preview is drawn, or waits to be.
    case preview
    /// It is prepared and waits to be given to the engine.
    case waitingForEngine = "waiting_for_engine"
    /// The engine has it.
    case withEngine = "with_engine"
    /// It is captioned and waits for its enhancement.
    case waitingForEnhancement = "waiting_for_enhancement"
    /// The text engine has its caption.
    case enhancing
    /// A stage of the user's own has it, or will.
    case otherStage = "other_stage"
    /// It went through every stage and is handed to the writer.
    case writing
}

extension WindowStage {
    /// Where a window is that waits for this stage.
    var waitingPlace: WindowPlace {
        switch self {
        case is PreviewStage: .preview
        case is CaptionGenerationStage: .waitingForEngine
        case is CaptionEnhancementStage: .waitingForEnhancement
        default: .otherStage
        }
    }

    /// Where a window is that this stage works on.
    var workingPlace: WindowPlace {
        switch self {
        case is PreviewStage: .preview
        case is CaptionGenerationStage: .withEngine
        case is CaptionEnhancementStage: .enhancing
        default: .otherStage
        }
    }
}

/// Keeps where each window is, and how many are at each place.
///
/// A window that a stop drops on its way is at no place any more, wherever that happened: ``clear()`` takes all away.
final class WindowPlaces: Sendable {
    private let places = Mutex<[String: WindowPlace]>([:])
    private let gauges: [WindowPlace: Meter]

    /// - Parameter gauge: makes the gauge of a place.
    init(gauge: (WindowPlace) -> Meter) {
        gauges = WindowPlace.allCases.reduce(into: [:]) { gauges, place in gauges[place] = gauge(place) }
        setToZero()
    }

    /// A window has come to a place.
    func moved(_ window: Window, to place: WindowPlace) {
        let id = window.id
        let before = places.withLock { $0.updateValue(place, forKey: id) }
        guard before != place else { return }
        if let before { gauges[before]?.decrement() }
        gauges[place]?.increment()
    }

    /// A window is done.
    func left(_ window: Window) {
        let id = window.id
        let before = places.withLock { $0.removeValue(forKey: id) }
        if let before { gauges[before]?.decrement() }
    }

    /// The run is over.
    func clear() {
        places.withLock { $0 = [:] }
        setToZero()
    }

    private func setToZero() {
        for gauge in gauges.values { gauge.set(Int64(0)) }
    }
}
