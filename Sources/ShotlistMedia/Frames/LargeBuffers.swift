import ShotlistCore
import Synchronization

#if canImport(Glibc)
    internal import CMalloc
#endif

/// How the process keeps the memory of pictures.
public enum LargeBuffers {
    /// From so many bytes on memory is asked of the system and given back to it.
    private static let bytes: Int32 = 1 << 20

    /// Gives the memory of pictures back to the system as soon as nobody needs it.
    ///
    /// glibc raises its own limit when the first large piece is given back; from then on pictures are cut out of heaps,
    /// one for each few threads, and gaps between them stay: with 3840x2160 hundreds of megabytes. It is a setting of
    /// the whole process, so that the program decides and not this library. Call it before the first picture.
    public static func returnToSystem() {
        #if canImport(Glibc)
            // It fails only for a limit above glibc's most; then everything stays as it was.
            _ = mallopt(M_MMAP_THRESHOLD, bytes)
        #endif
    }

    /// Lets threads share a few heaps, each of which reserves address space: for a process that may not have much. Up to
    /// 1080p the memory of a picture stays in them for the next one, since each is let go of at once; ``expect(_:)``
    /// tells of larger ones.
    static func shareHeaps() {
        #if canImport(Glibc)
            sharing.withLock { $0 = .small }
            _ = mallopt(M_ARENA_MAX, 4)
            _ = mallopt(M_MMAP_THRESHOLD, heapBytes)
            _ = mallopt(M_TRIM_THRESHOLD, endBytes)
        #endif
    }

    /// Tells a process that shares heaps how large the pictures are that it decodes next: beyond 1080p they are kept
    /// out of the heaps, where at 3840x2160 each process would keep some 115 MB between one clip and the next.
    static func expect(_ size: PixelSize) {
        #if canImport(Glibc)
            let next: Sharing = size.area > 1920 * 1088 ? .large : .small
            let isNew = sharing.withLock { sharing in
                guard sharing != .none, sharing != next else { return false }
                sharing = next
                return true
            }
            guard isNew else { return }
            _ = mallopt(M_MMAP_THRESHOLD, next == .large ? bytes : heapBytes)
            // malloc_trim leaves the free end of every heap but the first, which only this limits.
            _ = mallopt(M_TRIM_THRESHOLD, next == .large ? bytes : endBytes)
        #endif
    }

    /// Whether the process shares heaps and keeps large pictures out of them.
    static var areExpected: Bool {
        #if canImport(Glibc)
            sharing.withLock { $0 == .large }
        #else
            false
        #endif
    }

    /// Gives back what the heaps of a process that shares them have left of large pictures, when a clip is done.
    static func giveBack() {
        #if canImport(Glibc)
            if areExpected { _ = malloc_trim(0) }
        #endif
    }

    #if canImport(Glibc)
        /// What a process that shares heaps has pictures of; `none` where heaps are not shared.
        private enum Sharing { case none, small, large }
        private static let sharing = Mutex(Sharing.none)
        /// From so many bytes on memory is asked of the system where pictures are small.
        private static let heapBytes: Int32 = 8 << 20
        /// What may be free at the end of a heap where pictures are small.
        private static let endBytes: Int32 = 32 << 20
    #endif
}
