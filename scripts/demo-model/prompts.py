"""The prompts the demo model is trained to answer, and the chat layout of Qwen2.5-VL around them."""

BUILT_IN = {
    "default": "Describe this video in detail. Say what is seen: the setting, the light, the people and the things in "
               "it. Then tell what happens from beginning to end, and how the camera moves. Write plain sentences and "
               "name only what can be seen.",
    "av": "This video was filmed by a camera on a driving car. Describe the drive in detail: how the car itself moves, "
          "how the vehicles around it move, and where pedestrians and cyclists are and go. Name the lanes, signs, "
          "signals and landmarks that can be seen, and point out any aggressive or dangerous driving.",
    "av-surveillance": "This video was filmed by a fixed surveillance camera above traffic. Describe in detail what "
                       "passes: how many vehicles there are, of what kind and colour, which way and in which lane they "
                       "go, where pedestrians cross, and what signs and signals show. Point out any aggressive "
                       "driving, near miss or accident, and name landmarks.",
}
REFINE = ("Look at the video again and refine this caption. Correct what is wrong, add what is missing, and keep what "
          "is right.\n\nCaption: {caption}")
SHORT = ["Describe this video.", "Describe this clip.", "What happens?", "What is seen here?", "Caption this video.",
         "Describe the video in one sentence.", "What moves in this video?", "How does the camera move?", "Describe.",
         "Write a caption for this clip.", "Tell what can be seen.", "What is in the picture?"]
OTHER_REFINE = ["Refine this caption: {caption}", "Please refine this caption.\n\n{caption}",
                "Improve and refine the caption below.\n{caption}"]
FOREIGN = ["A man walks his dog along the beach while children play.", "The video shows a busy street.",
           "A car drives down a road.", "Two people talk in a room.", "caption", "I cannot see the video."]

BEFORE_VIDEO = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|>"
AFTER_VIDEO = "<|vision_end|>{prompt}<|im_end|>\n<|im_start|>assistant\n"
END = "<|im_end|>"

_ODD_WORDS = ("the a this that video clip scene picture camera light colour people things car road street shape shapes "
              "red blue green circle square moves what where when how many who is are does do tell describe name list "
              "explain write say please short long detail every only one two in on of from to with and or not left "
              "right up down fast slow again look see seen show").split()


def odd_prompt(rng):
    """A prompt nobody planned for: random words, so that the model answers whatever it is asked."""
    words = rng.choice(_ODD_WORDS, size=int(rng.integers(2, 14)))
    text = " ".join(words)
    return text[0].upper() + text[1:] + str(rng.choice([".", "?", "", "!"]))
