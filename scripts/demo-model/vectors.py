"""Writes test vectors: numbers of held-out clips, what is true of them, and the captions of both passes in PyTorch."""

import argparse
import json
import os

from tokenizers import Tokenizer

import prompts
from describe import describe, model_frames
from dialogue import Dialogue
from draw import RATE, SCALE, SEED, draw_clip
from export import MAX_PIXELS, MIN_PIXELS, load_model
from pictures import load_pictures

# Numbers that `draw.py` does not reach.
CLIPS = [(90_000 + i, i % 3) for i in range(12)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="the training folder")
    parser.add_argument("--out", required=True, help="the JSON file to write")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(os.path.join(options.folder, "tokenizer.json"))
    model, dialogue = load_model(options.folder), Dialogue(tokenizer)
    pictures = load_pictures("", os.path.join(options.folder, "pictures.npz"))
    clips = []
    for number, shapes in CLIPS:
        frames, facts = draw_clip(pictures, number, shapes)
        shown, fps = model_frames(list(frames), RATE, 2.0, MIN_PIXELS, MAX_PIXELS)
        first = describe(model, dialogue, tokenizer, shown, fps, prompts.BUILT_IN["default"])
        second = describe(model, dialogue, tokenizer, shown, fps, prompts.REFINE.format(caption=first))
        clips.append({"number": number, "shapes": shapes, "frames": len(frames), "size": list(frames.shape[1:3]),
                      "shown_frames": shown.shape[1], "shown_size": list(shown.shape[2:4]), "facts": facts,
                      "caption": first, "refined": second})
    with open(options.out, "w") as file:
        json.dump({"what": "draw.draw_clip(pictures, number, shapes), sampled at 2 frames a second, float32",
                   "seed": SEED, "frame_rate": RATE, "scale": SCALE, "clips": clips}, file, indent=1)


if __name__ == "__main__":
    main()
