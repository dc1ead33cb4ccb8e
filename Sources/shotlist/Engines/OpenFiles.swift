import Foundation

/// How many files and connections the process may have open.
enum OpenFiles {
    /// Raises the limit to what the system lets any process have: a fleet takes a connection for each request on the way, and
    /// the usual limit is 1,024.
    static func allowMany() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, 65_536)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        // Without it fewer connections are made, which is told when it happens.
        _ = setrlimit(resource, &limit)
    }
}
