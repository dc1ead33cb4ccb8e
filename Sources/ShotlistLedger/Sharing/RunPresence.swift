#if canImport(Glibc)
    import Glibc
#endif

/// Whether a run works on an output now, asked without getting in a run's way.
///
/// A run's own lock (``LedgerLock``) cannot be asked for: to try it is to hold it for a moment, in which a run that begins
/// would take this for another one. The kernel's list, `/proc/locks`, is read in pieces and may leave out a lock when
/// others come and go meanwhile, and it has none of other containers. So a run puts a second lock on the same file, of the
/// kind that can be asked for without being taken (`F_OFD_GETLK`, fcntl(2)).
public enum RunPresence {
    /// Whether a run holds an output, alone or together with others.
    ///
    /// - Parameter outputPath: the output folder.
    public static func isThere(outputPath: String) -> Bool {
        let descriptor = open(LedgerPlace(outputPath: outputPath).lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var asked = wholeFile(F_WRLCK)
        return fcntl(descriptor, ask, &asked) == 0 && Int32(asked.l_type) != F_UNLCK
    }

    /// Marks a file that is locked already. A disk that keeps no such marks costs a review's line, and no run.
    ///
    /// - Parameter isShared: whether others may mark it, too. On a network's disk both kinds of locks are one there
    ///   (flock(2)), so that the mark is to be of the lock's kind.
    static func mark(_ descriptor: Int32, isShared: Bool) {
        var mark = wholeFile(isShared ? F_RDLCK : F_WRLCK)
        _ = fcntl(descriptor, set, &mark)
    }

    /// Takes the mark away. Closing alone would leave it with a program that is being started on another thread.
    static func unmark(_ descriptor: Int32) {
        var mark = wholeFile(F_UNLCK)
        _ = fcntl(descriptor, set, &mark)
    }

    // Of Linux on every processor; Swift's headers leave them out.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37

    private static func wholeFile(_ kind: Int32) -> flock {
        flock(l_type: Int16(kind), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
