"""What is asked and answered about each clip of a batch, as token ids and positions."""

import numpy as np

import prompts
import words
from scene import facts_in_words
from tokens import random_facts

IGNORE = -100
TOKENS_PER_SECOND = 2


def batch_facts(batch):
    """The facts of every clip, in words."""
    out = []
    for i in range(len(batch["light"])):
        shapes = [tuple(s) for s in batch["shapes"][i].tolist() if s[0] >= 0]
        out.append(facts_in_words(*(int(batch[n][i]) for n in ("light", "tone", "camera", "place")), shapes))
    return out


def ask(rng, facts, short):
    """One (prompt, answer) pair per clip; the kind of prompt is the batch's, so that lengths are alike.

    `short`: mostly short prompts, which cost less, while the model still learns to see."""
    shares = [0.82, 0.06, 0.02, 0.06, 0.04] if short else [0.34, 0.28, 0.10, 0.08, 0.20]
    kind = rng.choice(["short", "default", "av", "odd", "refine"], p=shares)
    pairs = []
    for f in facts:
        if kind == "refine":
            pairs.append((refine_prompt(rng, f), words.second_caption(f)))
            continue
        if kind == "short":
            prompt = str(rng.choice(prompts.SHORT))
        elif kind == "odd":
            prompt = prompts.odd_prompt(rng)
        else:
            prompt = prompts.BUILT_IN["default" if kind == "default" else str(rng.choice(["av", "av-surveillance"]))]
        pairs.append((prompt, words.first_caption(f)))
    return pairs


def refine_prompt(rng, facts):
    """A prompt to refine a caption that is right, wrong, or no caption of ours."""
    chance = rng.random()
    if chance < 0.55:
        caption = words.first_caption(facts)
    elif chance < 0.85:
        caption = words.first_caption(random_facts(rng))
    else:
        caption = str(rng.choice(prompts.FOREIGN))
    template = prompts.REFINE if rng.random() < 0.75 else str(rng.choice(prompts.OTHER_REFINE))
    return template.format(caption=caption)


class Dialogue:
    """Lays out chats: ids before and after the video, targets, and three positions for every entry."""

    def __init__(self, tokenizer):
        self.encode = lambda text: tokenizer.encode(text).ids
        self.before = self.encode(prompts.BEFORE_VIDEO)
        self.end = tokenizer.token_to_id(prompts.END)

    def positions(self, pairs, rows, columns, fps, length):
        """(3, `length`) positions of a prompt with `pairs` x `rows` x `columns` vision tokens, text after them."""
        base = len(self.before)
        times = np.floor(np.arange(pairs) * (2.0 / fps) * TOKENS_PER_SECOND).astype(np.int64)
        t, y, x = np.meshgrid(times, np.arange(rows), np.arange(columns), indexing="ij")
        video = np.stack([t.ravel(), y.ravel(), x.ravel()]) + base
        start = int(video.max()) + 1
        tail = np.arange(length - base - video.shape[1]) + start
        head = np.arange(base)
        return np.concatenate([np.tile(head, (3, 1)), video, np.tile(tail, (3, 1))], 1)

    def lay_out(self, pairs_of_text, pairs, rows, columns, fps):
        """Arrays for a batch: `after` (ids behind the video, padded), `targets` (same shape), `positions`."""
        rows_of_ids, rows_of_targets = [], []
        for prompt, answer in pairs_of_text:
            question = self.encode(prompts.AFTER_VIDEO.format(prompt=prompt))
            said = self.encode(answer) + [self.end]
            ids = question + said[:-1]
            rows_of_ids.append(ids)
            rows_of_targets.append([IGNORE] * (len(question) - 1) + said)
        longest = max(map(len, rows_of_ids))
        after = np.zeros((len(rows_of_ids), longest), np.int64)
        targets = np.full((len(rows_of_ids), longest), IGNORE, np.int64)
        for i, (ids, said) in enumerate(zip(rows_of_ids, rows_of_targets)):
            after[i, :len(ids)], targets[i, :len(said)] = ids, said
        length = len(self.before) + pairs * rows * columns + longest
        positions = np.stack([self.positions(pairs, rows, columns, f, length) for f in fps], 1)
        return after, targets, positions


def choose_fps(rng, size):
    """Effective frame rates from 0.5 to 4, two frames a second most often."""
    free = np.exp(rng.uniform(np.log(0.5), np.log(4.0), size))
    return np.where(rng.random(size) < 0.5, 2.0 + rng.uniform(-0.06, 0.06, size), free)
