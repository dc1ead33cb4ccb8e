import ShotlistCore

/// Reads the file of addresses again and again, and tells which servers came and which went.
struct EndpointsWatch: Sendable {
    /// What is otherwise than before.
    struct Change: Sendable {
        let new: Set<Endpoint>
        let gone: Set<Endpoint>
        /// All that are named now.
        let present: Set<Endpoint>
    }

    let options: FleetOptions
    /// Those that were named last.
    var present: Set<Endpoint>
    /// Told when the file cannot be read, once as long as the reason is the same.
    let onNotice: @Sendable (String) -> Void
    private var complaint: String?

    init(options: FleetOptions, present: Set<Endpoint>, onNotice: @escaping @Sendable (String) -> Void) {
        self.options = options
        self.present = present
        self.onNotice = onNotice
    }

    /// Waits until something has changed; nil when the task was cancelled.
    mutating func next() async -> Change? {
        while true {
            do { try await Task.sleep(for: options.lookPeriod) } catch { return nil }
            do {
                let wanted = Set(try EndpointsFile.all(options))
                complaint = nil
                guard wanted != present else { continue }
                let change = Change(
                    new: wanted.subtracting(present), gone: present.subtracting(wanted), present: wanted)
                present = wanted
                return change
            } catch {
                // Whoever writes the file may be in the middle of it: those that are there go on.
                let text = "\(error)"
                if complaint != text { onNotice("\(text) The servers stay as they are.") }
                complaint = text
            }
        }
    }
}
