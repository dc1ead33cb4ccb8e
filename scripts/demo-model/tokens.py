"""The tokeniser: a byte-level BPE with Qwen2's splitting rule, trained on what the model reads and says."""

import os

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import prompts
import words

SIZE = 1024
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
            "<|image_pad|>", "<|video_pad|>"]
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
         r"|\s+(?!\S)|\s+")


def random_facts(rng):
    """Facts drawn without a picture, for text only."""
    count = int(rng.integers(0, 3))
    colours = rng.choice(len(words.COLOURS), 2, replace=False)
    shapes = [(words.COLOURS[colours[i]], str(rng.choice(words.KINDS)), str(rng.choice(words.WAYS)))
              for i in range(count)]
    return {"light": str(rng.choice(words.LIGHTS)), "tone": str(rng.choice(words.TONES)),
            "camera": str(rng.choice(words.CAMERAS)), "place": str(rng.choice(words.PLACES)), "shapes": shapes}


def corpus():
    """Text to learn merges from: captions, prompts, and some odd ones."""
    rng = np.random.default_rng(1)
    for _ in range(3000):
        facts = random_facts(rng)
        yield words.first_caption(facts)
        yield words.second_caption(facts)
        yield prompts.odd_prompt(rng)
    for text in [*prompts.BUILT_IN.values(), prompts.REFINE, *prompts.SHORT, *prompts.OTHER_REFINE, *prompts.FOREIGN,
                 prompts.BEFORE_VIDEO, "system\nYou are a helpful assistant.", "user\n", "assistant\n"] * 40:
        yield text


def make_tokenizer(path):
    """The tokeniser at `path`, trained and written first if it is not there."""
    if os.path.exists(path):
        return Tokenizer.from_file(path)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=SIZE - len(SPECIALS), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    tokenizer.save(path)
    return tokenizer
