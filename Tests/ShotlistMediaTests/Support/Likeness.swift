import ShotlistCore

/// Frames held against a reference that has all frames of a video.
struct Likeness {
    /// All frames, in order of presentation.
    let reference: [RGBFrame]
    /// How far a frame may be from the reference's, on average over its values.
    let tolerance: Double
    /// Frames that differ by less than this are as good as the same: which of two is shown cannot be told.
    let leastStep: Double
    /// How far each of the reference's frames is from the one after it.
    private let steps: [Double]

    init(to reference: [RGBFrame], tolerance: Double, leastStep: Double = 0.05) {
        self.reference = reference
        self.tolerance = tolerance
        self.leastStep = leastStep
        steps = zip(reference, reference.dropFirst()).map { Reading.difference($0, $1) }
    }

    /// How many of the reference's frames can be told from the one after them.
    var distinct: Int { steps.filter { $0 > leastStep }.count }

    /// How far the farthest of `frames` is from the reference's at `indices`.
    func farthest(of frames: [RGBFrame], at indices: [Int]) -> Double {
        zip(frames, indices).map { Reading.difference($0, reference[$1]) }.max() ?? 0
    }

    /// What is wrong with `frames`, which should be the reference's at `indices`: one is too far from its own, or no
    /// nearer to it than to its neighbour.
    func faults(of frames: [RGBFrame], at indices: [Int]) -> [String] {
        guard frames.count == indices.count else { return ["\(frames.count) frames came of \(indices.count)"] }
        return zip(frames, indices).flatMap { frame, index -> [String] in
            guard reference.indices.contains(index) else { return ["there is no frame \(index)"] }
            let distance = Reading.difference(frame, reference[index])
            var faults: [String] = distance <= tolerance ? [] : ["frame \(index) is \(distance) away"]
            // The step between two frames is kept with the first.
            for (neighbour, step) in [(index - 1, index - 1), (index + 1, index)]
            where steps.indices.contains(step) && steps[step] > leastStep {
                if Reading.difference(frame, reference[neighbour]) <= distance {
                    faults.append("frame \(index) is as near to frame \(neighbour)")
                }
            }
            return faults
        }
    }
}
