import Foundation
import ShotlistModels
import Synchronization

/// What preparing a model tells: notes as lines, progress in place on a terminal and every ten seconds elsewhere.
final class PreparationReport: Sendable {
    private let terminal: Terminal
    private let model: String
    private let state = Mutex(State())

    private struct State {
        var step: PreparationStep?
        var start = ContinuousClock.now
        var shown = ContinuousClock.now
    }

    /// Reports on a model to `terminal`.
    init(terminal: Terminal, model: String) {
        self.terminal = terminal
        self.model = model
    }

    /// Takes an event, on any thread.
    func take(_ event: PreparationEvent) {
        switch event {
        case .note(let sentence): terminal.say(sentence)
        case .progress(let step, let done, let total):
            guard let line = line(step, done, total) else { return }
            if terminal.isInteractive { terminal.show(line) } else { terminal.say(line) }
        }
    }

    /// Takes the progress line away.
    func end() {
        if terminal.isInteractive { terminal.show("") }
    }

    private func line(_ step: PreparationStep, _ done: Int, _ total: Int) -> String? {
        let now = ContinuousClock.now
        let elapsed = state.withLock { state -> Double? in
            let isNew = state.step != step
            if isNew { (state.step, state.start) = (step, now) }
            let pause: Duration = terminal.isInteractive ? .milliseconds(200) : .seconds(10)
            guard isNew || now - state.shown >= pause else { return nil }
            state.shown = now
            return (now - state.start) / .seconds(1)
        }
        guard let elapsed else { return nil }
        let what =
            switch step {
            case .environment: "looking for the converter"
            case .text: "converting the text model"
            case .projector: "converting the vision tower"
            case .quantize: "quantising"
            }
        guard total > 0 else { return "\(model): \(what)" }
        let share = Double(done) / Double(total)
        let left = elapsed > 1 && share > 0 ? ", \(Int(elapsed * (1 - share) / share)) s left" : ""
        return "\(model): \(what), \(Int(share * 100)) %\(left)"
    }
}
