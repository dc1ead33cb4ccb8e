/// Who is asked what, and how that ends.
extension Dispatch {
    /// A server, by the order in which it came.
    package struct ServerID: Hashable, Sendable, Comparable {
        package let number: Int
        package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    }

    /// A request, by the order in which it came.
    package struct TicketID: Hashable, Sendable {
        package let number: Int
    }

    /// A request to send now.
    package struct Assignment: Sendable, Hashable {
        package let ticket: TicketID
        package let server: ServerID

        package init(ticket: TicketID, server: ServerID) {
            self.ticket = ticket
            self.server = server
        }
    }

    /// How a request ended.
    package enum Outcome: Sendable, Hashable {
        /// With an answer.
        case answered
        /// With a refusal that concerns this request alone.
        case refused
        /// It broke, or what came is no answer.
        case broken
        /// Nothing came in time.
        case timedOut
        /// The server has too much.
        case busy(retryAfter: Duration?)
        /// No connection came about, so that the request is not to blame.
        case unreachable
        /// The server takes the key no longer, or has another model than before.
        case locked
    }

    /// What becomes of the request's ticket.
    package enum Fate: Sendable, Hashable {
        /// It is done; the same is on the way to these servers, and is to be stopped.
        case settled(twins: [ServerID])
        /// It is asked again, or still is elsewhere.
        case goesOn
        /// It broke too often, or was turned away too often by servers that were in order.
        case over
        /// It was done before.
        case old
    }
}
