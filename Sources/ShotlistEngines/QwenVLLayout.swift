/// The chat layout of Qwen2.5-VL for one video and one prompt, as its processor's chat template writes it.
///
/// `beforeVideo` and `afterPrompt` hold special tokens; `prompt` is the user's and is plain text, whatever it says.
public struct QwenVLLayout: Sendable, Hashable {
    /// Up to and including the token that opens the video.
    public let beforeVideo =
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|>"
    /// The token that closes the video.
    public let afterVideo = "<|vision_end|>"
    /// The user's words.
    public let prompt: String
    /// From the end of the user's words to where the answer begins.
    public let afterPrompt = "<|im_end|>\n<|im_start|>assistant\n"

    /// Lays out a prompt.
    public init(prompt: String) {
        self.prompt = prompt
    }
}
