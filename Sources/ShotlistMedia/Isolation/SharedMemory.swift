#if os(Linux)
    internal import CConfinement
    import Glibc
    import ShotlistCore

    /// Memory that two processes see: pictures come back in it.
    ///
    /// It can grow and never shrink, so that what is mapped stays there whatever the other process does. Unchecked
    /// because of the pointer: the two processes take turns, and within one each picture has a place of its own.
    final class SharedMemory: @unchecked Sendable {
        /// What the writing side may use at most: it maps all of that at once, so that pictures never move.
        static let most = 1 << 34
        /// What stays when nobody needs it, for the next.
        private static let kept = 64 << 20

        let file: Int32
        private(set) var base: UnsafeMutableRawPointer?
        private var mapped = 0

        /// Makes new memory, with nothing in it.
        init() throws(ShotlistError) {
            file = try Descriptor.high(shotlist_memory_file("shotlist-pictures"), "memory that processes share")
        }

        /// Takes the memory that another process has made, to write to it; nil where there is none.
        init?(writingTo file: Int32) {
            self.file = file
            guard map(Self.most) else { return nil }
        }

        deinit {
            if let base { munmap(base, mapped) }
            close(file)
        }

        /// How long the file is.
        var size: Int {
            var info = stat()
            return fstat(file, &info) == 0 ? Int(info.st_size) : 0
        }

        /// Makes the file at least so long; false where there is no room.
        func grow(to bytes: Int) -> Bool {
            size >= bytes || (bytes <= Self.most && ftruncate(file, off_t(bytes)) == 0)
        }

        /// Sees that the first `bytes` can be reached; false where the file is not so long.
        func reach(_ bytes: Int) -> Bool {
            let size = self.size
            guard bytes >= 0, bytes <= size, bytes <= Self.most else { return false }
            return bytes <= mapped || map(size)
        }

        /// Gives back memory that was needed once.
        func giveBack() {
            let size = self.size
            if size > Self.kept { _ = shotlist_give_back(file, Int64(Self.kept), Int64(size - Self.kept)) }
        }

        /// Gives back the pages that hold only what was at `offset`.
        func giveBack(_ count: Int, at offset: Int) {
            guard (0...Self.most).contains(offset), (0...Self.most).contains(count) else { return }
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let (start, end) = ((offset + page - 1) / page * page, (offset + count) / page * page)
            if end > start { _ = shotlist_give_back(file, Int64(start), Int64(end - start)) }
        }

        /// Copies bytes into it; they must fit.
        func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
            guard let base, let from = bytes.baseAddress, offset >= 0, offset + bytes.count <= mapped else { return }
            memcpy(base + offset, from, bytes.count)
        }

        /// A copy of `count` values at `offset`; nil where they are not in the file.
        func values<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int, count: Int) -> [Value]? {
            let stride = MemoryLayout<Value>.stride
            guard offset >= 0, offset <= Self.most, count >= 0, count <= Self.most / stride,
                reach(offset + count * stride)
            else { return nil }
            guard count > 0 else { return [] }
            guard let base else { return nil }
            return [Value](unsafeUninitializedCapacity: count) { values, done in
                guard let to = values.baseAddress else { return }
                memcpy(to, base + offset, count * stride)
                done = count
            }
        }

        private func map(_ bytes: Int) -> Bool {
            if let base { munmap(base, mapped) }
            (base, mapped) = (nil, 0)
            let place = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0)
            guard let place, place != MAP_FAILED else { return false }
            (base, mapped) = (place, bytes)
            return true
        }
    }

    /// What this process has open for another.
    enum Descriptor {
        /// Moves an open file out of the way of those that a program is started with; programs do not inherit it.
        static func high(_ descriptor: Int32, _ what: String) throws(ShotlistError) -> Int32 {
            let moved = descriptor >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 10) : -1
            let error = errno
            if descriptor >= 0 { close(descriptor) }
            guard moved >= 0 else {
                throw ShotlistError(
                    .internalFailure, "The system gives no \(what): \(String(cString: strerror(error))).",
                    remedy: "Raise the limit of open files (ulimit -n), or use `--media-isolation none`.")
            }
            return moved
        }
    }
#endif
