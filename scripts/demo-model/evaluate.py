"""Scores captions of held-out clips by attribute: those `shotlist run` wrote, or ones made here in PyTorch."""

import argparse
import glob
import json
import os

import prompts
import words
from score import Tally


def written_captions(output):
    """{file name: caption of its only window} of an output folder of `shotlist run`."""
    captions = {}
    for path in glob.glob(os.path.join(output, "metas", "v0", "*.json")):
        with open(path) as file:
            clip = json.load(file)
        windows = clip["windows"]
        captions[os.path.basename(clip["source_video"])] = windows[0].get("demo_caption", "") if windows else ""
    return captions


def torch_captions(clips, folder, names):
    """{file name: caption} made with the checkpoint in a training folder."""
    from tokenizers import Tokenizer

    from describe import describe, model_frames, read_video
    from dialogue import Dialogue
    from export import MAX_PIXELS, MIN_PIXELS, load_model
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    model, dialogue, captions = load_model(folder), Dialogue(tokenizer), {}
    for name in names:
        frames, rate = read_video(os.path.join(clips, name))
        shown, fps = model_frames(frames, rate, 2.0, MIN_PIXELS, MAX_PIXELS)
        captions[name] = describe(model, dialogue, tokenizer, shown, fps, prompts.BUILT_IN["default"])
    return captions


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", required=True, help="folder with the clips and labels.json")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--output", help="output folder of `shotlist run` on the clips")
    source.add_argument("--training", help="training folder: caption in PyTorch instead")
    parser.add_argument("--mistakes", type=int, default=0, help="print so many wrong captions")
    parser.add_argument("--json", help="write the shares to this file")
    options = parser.parse_args()
    with open(os.path.join(options.clips, "labels.json")) as file:
        labels = json.load(file)
    captions = written_captions(options.output) if options.output else torch_captions(options.clips, options.training,
                                                                                      labels)
    tally, shown = Tally(), 0
    for name, truth in sorted(labels.items()):
        truth["shapes"] = [tuple(s) for s in truth["shapes"]]
        caption = captions.get(name, "")
        said = words.read_caption(caption)
        tally.add(truth, said)
        wrong = any(truth[k] != said[k] for k in ("light", "tone", "camera")) or sorted(truth["shapes"]) != sorted(
            said["shapes"]) or (not truth["shapes"] and truth["place"] != said["place"])
        if wrong and shown < options.mistakes:
            print(f"{name}\n  true: {words.first_caption(truth)}\n  said: {caption}")
            shown += 1
    for name, (share, count) in tally.shares().items():
        print(f"{name:20} {100 * share:6.1f} %  of {count}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({name: {"share": round(s, 4), "clips": n} for name, (s, n) in tally.shares().items()}, file,
                      indent=1)


if __name__ == "__main__":
    main()
