import Foundation

extension URL {
    /// Whether its port, where it names one, is one that there is. Whoever connects takes a larger number for a mistake of
    /// the program's and ends it, and addresses come from servers, too.
    package var hasKnownPort: Bool {
        (0...65535).contains(port ?? 0)
    }
}
