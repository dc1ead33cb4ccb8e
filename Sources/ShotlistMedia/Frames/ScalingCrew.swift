import Dispatch
import ShotlistCore
import Synchronization

/// Turns decoded frames into RGB at the sizes that are wanted, beside the thread that decodes.
///
/// Each lane has a converter and a thread of its own. Few decoded frames wait, however many a window needs: who
/// hands over one more is held until there is room.
final class ScalingCrew: Sendable {
    /// A decoded frame with what is to be made of it, counted from the clip's first.
    struct Job: Sendable {
        let index: Int
        let frame: DecodedFrame
        let forModel: Bool
        let forPreview: Bool
        let needs: WindowNeeds
    }

    /// What was made of a frame.
    struct Made: Sendable {
        var model: RGBFrame?
        var preview: PreviewPicture?
    }

    private struct Lane: Sendable {
        let queue: DispatchQueue
        let converter: FrameConverter
    }

    private let lanes: [Lane]
    /// Whether all is done on the thread that hands over.
    private let isAlone: Bool
    private let room: DispatchSemaphore
    private let work = DispatchGroup()
    private let results = Mutex<[Int: Result<Made, ShotlistError>]>([:])
    private let handed = Atomic<Int>(0)
    private let taker: Taker?

    /// Takes what was made of the frame of that index at once, so that it need not be kept; called from several threads.
    typealias Taker = @Sendable (Int, Made) throws(ShotlistError) -> Void

    /// What the lanes of a crew may hold of pictures in RGB, in bytes, unless one is larger than that.
    private static let mostBytes = 32 << 20

    /// A crew of `threads`, or fewer where pictures are large, for those that are stored in the size `stored`; one alone
    /// works on the thread that hands over.
    ///
    /// - Parameter taker: takes what is made; nil where ``finish()`` gives it.
    init(threads: Int, orientation: Orientation, stored: PixelSize, taker: Taker? = nil) {
        self.taker = taker
        isAlone = threads <= 1
        let most = max(1, Self.mostBytes / max(1, stored.area * 3))
        lanes = (0..<max(1, min(threads, most))).map { number in
            Lane(
                queue: DispatchQueue(label: "shotlist.scaling.\(number)"),
                converter: FrameConverter(orientation: orientation, stored: stored))
        }
        room = DispatchSemaphore(value: lanes.count + 1)
    }

    /// Hands over a frame.
    func take(_ job: Job) {
        let lane = lanes[handed.add(1, ordering: .relaxed).oldValue % lanes.count]
        guard !isAlone else { return make(job, with: lane.converter) }
        room.wait()
        lane.queue.async(group: work) {
            self.make(job, with: lane.converter)
            self.room.signal()
        }
    }

    /// What was made since the last call, by the frame's index; waits for what is being made.
    ///
    /// - Throws: ``ShotlistError`` (`decode_failed`) when a frame could not be turned into RGB; then nothing is kept.
    func finish() throws(ShotlistError) -> [Int: Made] {
        work.wait()
        let done = results.withLock { results in
            defer { results = [:] }
            return results
        }
        var made: [Int: Made] = [:]
        for (index, result) in done { made[index] = try result.get() }
        return made
    }

    private func make(_ job: Job, with converter: FrameConverter) {
        let result = Result { () throws(ShotlistError) in
            let made = try Self.made(of: job, with: converter)
            guard let taker else { return made }
            try taker(job.index, made)
            return Made()
        }
        MediaProgress.step()
        results.withLock { $0[job.index] = result }
    }

    private static func made(of job: Job, with converter: FrameConverter) throws(ShotlistError) -> Made {
        var made = Made()
        let frame = try ToneMapping.inStandardRange(job.frame, for: .rgb)
        if job.forModel { made.model = try converter.model(frame, size: job.needs.modelSize) }
        guard job.forPreview else { return made }
        if let height = job.needs.previewHeight {
            made.preview = try converter.preview(frame, height: height, inRGB: job.needs.previewInRGB)
        } else {
            made.preview = .rgb(try converter.model(frame, size: nil))
        }
        return made
    }
}
