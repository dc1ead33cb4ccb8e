#if os(Linux)
    import ShotlistCore
    import Synchronization

    /// Where a window's pictures are put in the shared memory, one after another, as they are made.
    final class PicturePlaces: Sendable {
        /// What was made of a frame.
        struct Places: Sendable {
            var model: PicturePlace?
            var preview: PicturePlace?
        }

        private struct State {
            var used = 0
            var places: [Int: Places] = [:]
        }

        private let memory: SharedMemory
        private let state = Mutex(State())
        /// Pictures begin at whole lines of the processor's cache.
        private static let alignment = 64
        /// The memory grows by so many bytes.
        private static let step = 16 << 20

        init(_ memory: SharedMemory) { self.memory = memory }

        /// Begins a window: what was there is used again.
        func begin() { state.withLock { $0 = State() } }

        /// Puts what was made of the frame of that index into its places.
        func take(_ index: Int, _ made: ScalingCrew.Made) throws(ShotlistError) {
            var places = Places()
            if let frame = made.model {
                places.model = PicturePlace(offset: try put(frame.bytes), size: frame.size, isYUV: false)
            }
            switch made.preview {
            case .rgb(let frame)?:
                places.preview = PicturePlace(offset: try put(frame.bytes), size: frame.size, isYUV: false)
            case .yuv(let frame)?:
                places.preview = PicturePlace(offset: try put(frame.bytes), size: frame.size, isYUV: true)
            case nil: break
            }
            state.withLock { $0.places[index] = places }
        }

        /// Where the pictures of these frames are.
        func places(model: [Int], preview: [Int]) -> (model: [PicturePlace], preview: [PicturePlace]) {
            state.withLock { state in
                (model.compactMap { state.places[$0]?.model }, preview.compactMap { state.places[$0]?.preview })
            }
        }

        /// Puts bytes into the memory, and tells where they are.
        func put<Value: BitwiseCopyable>(_ values: [Value]) throws(ShotlistError) -> Int {
            let offset = try reserve(values.count * MemoryLayout<Value>.stride)
            values.withUnsafeBytes { memory.put($0, at: offset) }
            return offset
        }

        private func reserve(_ count: Int) throws(ShotlistError) -> Int {
            try state.withLock { state throws(ShotlistError) in
                let offset = state.used
                let end = offset + count
                let wanted = (end + Self.step - 1) / Self.step * Self.step
                guard count >= 0, memory.grow(to: max(end, min(wanted, SharedMemory.most))) else {
                    throw ShotlistError(
                        .outOfMemory, "The pictures of a window do not fit into memory.",
                        remedy: "Use smaller windows, or fewer frames a second.")
                }
                state.used = (end + Self.alignment - 1) / Self.alignment * Self.alignment
                return offset
            }
        }
    }
#endif
