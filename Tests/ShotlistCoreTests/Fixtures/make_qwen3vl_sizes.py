"""Makes qwen3vl_sizes.json: the size at which Qwen3-VL is shown frames, by transformers' own function.

    python make_qwen3vl_sizes.py > qwen3vl_sizes.json

Needs torch, torchvision and transformers 5.23. The limits are those that NeMo Curator 1.4.0 hands vLLM for this model.
"""

import json

from transformers.models.qwen3_vl.video_processing_qwen3_vl import smart_resize

LIMITS = {"factor": 32, "min_pixels": 4 * 32 * 32, "max_pixels": 16384 * 32 * 32}
SIZES = [(16, 16), (20, 300), (31, 33), (48, 80), (112, 112), (144, 176), (240, 320), (272, 480), (360, 640), (481, 853),
         (480, 480), (640, 360), (720, 1280), (1080, 1920), (1920, 1080), (1200, 1000), (2160, 3840), (4320, 7680),
         (100, 4000), (7, 1400)]
FRAMES = [2, 4, 6, 7, 16, 18, 34, 64, 129, 256, 768]

cases = []
for height, width in SIZES:
    for frames in FRAMES:
        rows, columns = smart_resize(frames, height, width, **LIMITS)
        # What the function gave, it gives again, so that frames of that size pass the model's own processor unchanged;
        # not so for a strip whose shorter side is as small as can be, nor for a number of frames that is rounded.
        again = smart_resize(frames, rows, columns, **LIMITS)
        assert frames % 2 or min(rows, columns) == 32 or again == (rows, columns), (frames, height, width)
        cases.append({"height": height, "width": width, "num_frames": frames, "resized_height": rows,
                      "resized_width": columns})
print(json.dumps({"rule": "transformers 5.23, Qwen3VLVideoProcessor's smart_resize(num_frames, height, width, factor=32, "
                          "min_pixels=4*32*32, max_pixels=16384*32*32)", "cases": cases}, separators=(",", ":")))
