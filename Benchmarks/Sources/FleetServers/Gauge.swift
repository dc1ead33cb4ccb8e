import Synchronization

/// How many places of all servers that can work are occupied, over time.
final class Gauge: Sendable {
    /// What was counted since the start.
    struct Report: Encodable, Sendable {
        /// Occupied places over places, both over time; those of servers that fail are in neither.
        let busy: Double
        let seconds: Double
        let answered: Int
        /// Questions that were refused for want of room.
        let turnedAway: Int
        /// The most questions that were worked on at once.
        let most: Int

        private enum CodingKeys: String, CodingKey {
            case busy, seconds, answered, most
            case turnedAway = "turned_away"
        }
    }

    private struct State {
        var places = 0
        var occupied = 0
        var most = 0
        var answered = 0
        var turnedAway = 0
        var placeSeconds = 0.0
        var occupiedSeconds = 0.0
        var start = ContinuousClock.now
        var last = ContinuousClock.now

        mutating func advance() {
            let now = ContinuousClock.now
            let seconds = (now - last) / .seconds(1)
            placeSeconds += Double(places) * seconds
            occupiedSeconds += Double(occupied) * seconds
            last = now
        }
    }

    private let state = Mutex(State())

    /// Places came or went.
    func add(places: Int) {
        state.withLock { state in
            state.advance()
            state.places += places
        }
    }

    /// Places were taken or became free.
    func add(occupied: Int) {
        state.withLock { state in
            state.advance()
            state.occupied += occupied
            state.most = max(state.most, state.occupied)
        }
    }

    func countAnswer() { state.withLock { $0.answered += 1 } }

    func countTurnedAway() { state.withLock { $0.turnedAway += 1 } }

    /// Counts from here.
    func start() {
        state.withLock { state in
            state.advance()
            (state.placeSeconds, state.occupiedSeconds) = (0, 0)
            (state.answered, state.turnedAway, state.most) = (0, 0, state.occupied)
            state.start = state.last
        }
    }

    func report() -> Report {
        state.withLock { state in
            state.advance()
            return Report(
                busy: state.placeSeconds > 0 ? state.occupiedSeconds / state.placeSeconds : 0,
                seconds: (state.last - state.start) / .seconds(1), answered: state.answered,
                turnedAway: state.turnedAway, most: state.most)
        }
    }
}
