"""The most memory for an hour of 3840x2160 in clips of 10 s: previews, and frames at the size that Qwen2.5-VL sees."""
import json

from captioning import process

from . import footage
from .workers import Worker


def measure(setting):
    seconds = 180 if setting.quick else 3600
    folder = footage.long(setting, seconds)
    # A process of its own, whose memory tells of nothing else.
    with Worker([setting.program, setting.threads]) as worker:
        answer = worker.ask(json.dumps({"work": "run", "videos": str(folder), "clip_seconds": 10, "resized": True}),
                            limit=2 * seconds + 600)
        peak = worker.peak_mb()
    if answer["windows"] != seconds // 10:
        process.fail(f"the long video has {answer['windows']} windows instead of {seconds // 10}.")
    return {"video_seconds": seconds, "seconds": answer["seconds"], "windows": answer["windows"],
            "peak_mb": round(peak)}
