"""Captions from the model in PyTorch: the same sampling, sizes, layout and greedy choice as Shotlist's engine."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

import prompts

FACTOR = 28


def frame_indices(total, rate, sampling_fps):
    """Which of a window's `total` frames the model is shown (the rule of Shotlist's design)."""
    upper = min(768, total) // 2 * 2
    count = min(max(total / rate * sampling_fps, 4), upper)
    count = 2 * int(np.round(count / 2))
    return np.round(np.linspace(0, total - 1, count)).astype(int)


def frame_size(height, width, least, most):
    """(height, width) in multiples of 28 with `least` to `most` pixels (Qwen's smart resize)."""
    h, w = max(FACTOR, round(height / FACTOR) * FACTOR), max(FACTOR, round(width / FACTOR) * FACTOR)
    if h * w > most:
        beta = (height * width / most) ** 0.5
        h, w = (max(FACTOR, int(v / beta / FACTOR) * FACTOR) for v in (height, width))
    elif h * w < least:
        beta = (least / (height * width)) ** 0.5
        h, w = (int(-(-v * beta // FACTOR)) * FACTOR for v in (height, width))
    return h, w


def read_video(path):
    """All frames (RGB) and the frame rate."""
    video = cv2.VideoCapture(path)
    frames = []
    while True:
        ok, frame = video.read()
        if not ok:
            break
        frames.append(frame[:, :, ::-1])
    rate = video.get(cv2.CAP_PROP_FPS)
    video.release()
    return frames, rate


def model_frames(frames, rate, sampling_fps, least, most):
    """(frames as the model gets them (1, T, H, W, 3) uint8, effective fps) of one window."""
    chosen = frame_indices(len(frames), rate, sampling_fps)
    size = frame_size(*frames[0].shape[:2], least, most)
    x = torch.from_numpy(np.stack([frames[i] for i in chosen])).permute(0, 3, 1, 2).float()
    x = F.interpolate(x, size=size, mode="bicubic", antialias=True).round().clamp(0, 255)
    return x.permute(0, 2, 3, 1).to(torch.uint8)[None], len(chosen) / (len(frames) / rate)


@torch.no_grad()
def describe(model, dialogue, tokenizer, frames, fps, prompt, most_tokens=64):
    """The greedy answer to `prompt` about `frames`."""
    text = model.language_model
    tokens = model.visual(frames).flatten(1, 2)
    _, count, height, width, _ = frames.shape
    question = dialogue.encode(prompts.AFTER_VIDEO.format(prompt=prompt))
    head = text.embed_tokens(torch.tensor([dialogue.before]))
    said = []
    while len(said) < most_tokens:
        tail = text.embed_tokens(torch.tensor([question + said]))
        x = torch.cat([head, tokens, tail], 1)
        positions = dialogue.positions(count // 2, height // FACTOR, width // FACTOR, fps, x.shape[1])
        hidden, _ = text(x, torch.from_numpy(positions)[:, None])
        best = int(model.logits(hidden[:, -1]).argmax())
        if best == dialogue.end:
            break
        said.append(best)
    return tokenizer.decode(said)
