#!/usr/bin/env python3
"""Makes bicubic.json: samples of pictures resized by torch's antialiased bicubic filter on float32, clamped and
rounded, which is what torchvision's resize of an 8-bit picture does.

Needs torch and numpy. Made with torch 2.13.0+cpu: python3 make_bicubic.py > bicubic.json
The source picture is a formula that the test computes too: value(x, y, c) =
((x * x + 7 * y * y + 3 * x * y + 11 * x + 5 * y + 67 * c * (x + y + 1)) >> 2) & 255.
"""
import json

import numpy as np
import torch

CASES = [  # width, height, new width, new height
    (1280, 720, 1008, 560), (640, 272, 644, 280), (176, 144, 364, 308), (320, 180, 112, 56),
    (33, 57, 28, 84), (1920, 1080, 476, 252), (5, 3, 28, 28), (97, 31, 97, 28),
]


def picture(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (((x * x + 7 * y * y + 3 * x * y + 11 * x + 5 * y + 67 * c * (x + y + 1)) >> 2) & 255).astype(np.uint8)


cases = []
for width, height, new_width, new_height in CASES:
    source = torch.from_numpy(picture(width, height)).permute(2, 0, 1)[None].float()
    resized = torch.nn.functional.interpolate(
        source, size=(new_height, new_width), mode="bicubic", antialias=True, align_corners=False)
    values = resized.clamp(0, 255).round().to(torch.uint8)[0].permute(1, 2, 0).contiguous().numpy().reshape(-1)
    # Every place near the edges matters most; then an odd step through the whole picture.
    row = new_width * 3
    step = max(1, values.size // 400) | 1
    places = sorted({0, 1, 2, row - 3, row - 1, values.size - row, values.size - 1, *range(0, values.size, step)})
    cases.append({
        "source": [width, height], "target": [new_width, new_height], "sum": int(values.sum(dtype=np.int64)),
        "places": places, "values": [int(values[p]) for p in places]})
print(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")))
