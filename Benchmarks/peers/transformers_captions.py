#!/usr/bin/env python3
"""Captions windows with transformers' batched `generate`, for the captioning benchmark.

usage: transformers_captions.py CHECKPOINT DTYPE THREADS BATCH OUTPUT PROMPT WIDTH HEIGHT FPS FRAMES.rgb...

DTYPE is float32, bfloat16, or `try`, which times both on a small batch and takes the faster. Each file is one window; its
frames become patches here as the model's processor makes them. PROMPT is how many tokens a prompt has, those of the video
included. Answers are greedy and have exactly OUTPUT tokens. Loading the model and a first small answer are not counted.
One line of JSON comes out.
"""
import json
import sys
import time

import numpy as np
import torch
from transformers import Qwen2_5_VLForConditionalGeneration

PATCH, MERGE = 14, 2
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def patches(path, width, height, frames=None):
    """A window as the vision tower takes it, and how many pairs, rows and columns of patches it has."""
    pixels = np.fromfile(path, np.uint8).reshape(-1, height, width, 3)[:frames]
    pixels = ((pixels.astype(np.float32) / 255 - MEAN) / STD).transpose(0, 3, 1, 2)
    pairs, rows, columns = len(pixels) // 2, height // PATCH, width // PATCH
    cut = pixels.reshape(pairs, 2, 3, rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH)
    cut = cut.transpose(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(pairs * rows * columns, -1)
    return torch.from_numpy(np.ascontiguousarray(cut)), (pairs, rows, columns)


def caption(model, files, size, prompt, output, fps, frames=None):
    """How many tokens were written."""
    config = model.config
    cut = [patches(file, *size, frames) for file in files]
    grid = cut[0][1]
    video = grid[0] * grid[1] * grid[2] // MERGE ** 2
    words = max(prompt - video - 2, 2)
    # Which words they are changes nothing.
    ids = [1000] * (words // 2) + [config.vision_start_token_id] + [config.video_token_id] * video
    ids += [config.vision_end_token_id] + [1000] * (words - words // 2)
    ids = torch.tensor([ids] * len(files))
    with torch.inference_mode():
        answer = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), mm_token_type_ids=2 * (ids == config.video_token_id).int(),
            pixel_values_videos=torch.cat([pixels for pixels, _ in cut]).to(model.dtype),
            video_grid_thw=torch.tensor([grid] * len(files)), second_per_grid_ts=[2 / fps] * len(files),
            do_sample=False, max_new_tokens=output, min_new_tokens=output)
    return (answer.shape[1] - ids.shape[1]) * len(files)


def load(checkpoint, dtype):
    model, report = Qwen2_5_VLForConditionalGeneration.from_pretrained(
        checkpoint, dtype=dtype, output_loading_info=True, local_files_only=True)
    wrong = {key: list(value)[:5] for key, value in report.items() if value}
    if wrong:
        sys.exit(f"transformers_captions: the checkpoint does not fit: {wrong}")
    return model.eval()


def try_both(checkpoint, work):
    seconds = {}
    for dtype in ("float32", "bfloat16"):
        model = load(checkpoint, dtype)
        work(model, 2)
        start = time.monotonic()
        work(model, 8)
        seconds[dtype] = round(time.monotonic() - start, 3)
        del model
    return min(seconds, key=seconds.get), seconds


def main():
    if len(sys.argv) < 11:
        sys.exit(__doc__)
    checkpoint, dtype = sys.argv[1:3]
    threads, batch, output, prompt, width, height = map(int, sys.argv[3:9])
    fps, files = float(sys.argv[9]), sys.argv[10:]
    torch.set_num_threads(threads)

    def small(model, tokens):
        caption(model, files[:2], (width, height), 300, tokens, fps, frames=4)

    tried = {}
    if dtype == "try":
        dtype, tried = try_both(checkpoint, small)
    model = load(checkpoint, dtype)
    small(model, 2)
    tokens = 0
    start = time.monotonic()
    for first in range(0, len(files), batch):
        tokens += caption(model, files[first:first + batch], (width, height), prompt, output, fps)
    seconds = time.monotonic() - start
    print(json.dumps({"seconds": round(seconds, 3), "output_tokens": tokens, "dtype": dtype, "tried": tried}))


main()
