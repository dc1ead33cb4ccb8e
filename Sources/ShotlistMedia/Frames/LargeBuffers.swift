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
    /// 1080p the memory of a picture stays in them for the next one, since each is let go of at once.
    static func shareHeaps() {
        #if canImport(Glibc)
            _ = mallopt(M_ARENA_MAX, 4)
            _ = mallopt(M_MMAP_THRESHOLD, 8 << 20)
            _ = mallopt(M_TRIM_THRESHOLD, 32 << 20)
        #endif
    }
}
