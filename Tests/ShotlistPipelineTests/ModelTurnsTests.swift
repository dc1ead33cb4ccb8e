import ShotlistPipeline
import Testing

@Suite("Whose turn it is, when two models share one place")
struct ModelTurnsTests {
    @Test("captions are made until enhancement wants its turn, which begins when the last one is done")
    func handOver() {
        let turns = Turns()
        #expect(turns.begin(1) == .go)
        #expect(turns.begin(2) == .go)
        #expect(!turns.want())
        #expect(turns.begin(3) == .wait)
        #expect(!turns.end())
        #expect(turns.end())
        #expect(turns.begin(4) == .wait)
    }

    @Test("the first that waited brings the model back, and all others go on with it")
    func back() {
        let turns = Turns()
        #expect(turns.want())
        for ticket in 1...3 { #expect(turns.begin(ticket) == .wait) }
        #expect(turns.leave() == 1)
        #expect(turns.begin(4) == .wait)
        #expect(turns.hasReturned() == [2, 3, 4])
        #expect(turns.begin(5) == .go)
        // All five, the one that brought the model back among them, end before enhancement comes again.
        #expect(!turns.want())
        for _ in 1...4 { #expect(!turns.end()) }
        #expect(turns.end())
    }

    @Test("when no window waits the model stays away until one comes")
    func vacant() {
        let turns = Turns()
        #expect(turns.want())
        #expect(turns.leave() == nil)
        #expect(turns.begin(1) == .bringBack)
        #expect(turns.begin(2) == .wait)
        #expect(turns.hasReturned() == [2])
        #expect(!turns.end())
        #expect(!turns.end())
        #expect(turns.want())
        #expect(turns.leave() == nil)
        // Nobody came: enhancement may have another turn.
        #expect(turns.want())
    }

    @Test("a turn that is wanted while the model comes back begins after the captions that waited")
    func wantedMeanwhile() {
        let turns = Turns()
        #expect(turns.want())
        #expect(turns.leave() == nil)
        #expect(turns.begin(1) == .bringBack)
        #expect(turns.begin(2) == .wait)
        #expect(!turns.want())
        #expect(turns.begin(3) == .wait)
        #expect(turns.hasReturned() == [2, 3])
        #expect(turns.begin(4) == .wait)
        #expect(!turns.end())
        #expect(!turns.end())
        #expect(turns.end())
        #expect(turns.leave() == 4)
    }

    @Test("who waits no longer is not called")
    func abandoned() {
        let turns = Turns()
        #expect(turns.want())
        #expect(turns.begin(1) == .wait)
        #expect(turns.begin(2) == .wait)
        #expect(turns.abandon(1))
        #expect(!turns.abandon(1))
        #expect(turns.leave() == 2)
        #expect(!turns.abandon(2))
        #expect(turns.hasReturned() == [])
    }
}

/// The machine behind a reference, since an expectation cannot change a value.
private final class Turns {
    private var machine = ModelTurns()

    func begin(_ ticket: Int) -> ModelTurns.Admission { machine.begin(ticket) }
    func hasReturned() -> [Int] { machine.hasReturned() }
    func end() -> Bool { machine.end() }
    func want() -> Bool { machine.want() }
    func leave() -> Int? { machine.leave() }
    func abandon(_ ticket: Int) -> Bool { machine.abandon(ticket) }
}
