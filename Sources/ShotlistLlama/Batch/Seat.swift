import ShotlistCore

/// A window's place in the batch: one sequence of the context, what it holds, and what it is asked.
struct Seat {
    /// What the seat is known by.
    let id: Int
    /// Its sequence in the context.
    var sequence: Int
    /// What is to be read; empty when all is.
    var reading = PromptReading()
    /// The text at the beginning of its prompt that others have in common with it.
    var opening: [Int32] = []
    /// Tokens that the sequence holds.
    var held = 0
    /// How the question that is being read, or answered, is to be answered.
    var plan: AnswerPlan?
    /// The answer on its way, once the prompt is read.
    var answering: Answering?
    /// How many tokens the frames and what is before them take, and where the text after them begins.
    let head: (tokens: Int, position: Int)
    /// Whether another question may come, for which a recurrent model needs the state at the end of the video.
    let asksAgain: Bool
    /// That state.
    var headState: SequenceState?
    /// Tokens of the prompt that were not computed for this question.
    var reused = 0
    /// Seconds spent on the prompt before it came here.
    var promptSeconds = 0.0
    /// When reading the prompt began.
    var began = ContinuousClock.now
    /// Whether a failure left its sequence in doubt.
    var isBroken = false

    /// Whether the prompt is being read.
    var isReading: Bool { plan != nil && answering == nil }
}
