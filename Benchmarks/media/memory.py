"""The most memory for an hour of 3840x2160 in clips of 10 s: previews, and frames at the size that Qwen2.5-VL sees."""
import json
import threading

from captioning import process

from . import footage
from .workers import Worker


class Watch:
    """Looks four times a second how much memory a worker and its processes hold, and keeps the most."""

    def __init__(self, worker):
        self.worker, self.most, self.over = worker, 0, threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self):
        while not self.over.wait(0.25):
            self.most = max(self.most, self.worker.tree_mb())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(10)


def measure(setting):
    seconds = 180 if setting.quick else 3600
    folder = footage.long(setting, seconds)
    # A process of its own, whose memory tells of nothing else.
    with Worker([setting.program, setting.threads]) as worker, Watch(worker) as watch:
        answer = worker.ask(json.dumps({"work": "run", "videos": str(folder), "clip_seconds": 10, "resized": True,
                                        "isolated": setting.isolated}), limit=2 * seconds + 600)
        # The kernel knows the most that one process had; of several only looking tells.
        peak = watch.most if setting.isolated else worker.peak_mb()
    if answer["windows"] != seconds // 10:
        process.fail(f"the long video has {answer['windows']} windows instead of {seconds // 10}.")
    return {"video_seconds": seconds, "seconds": answer["seconds"], "windows": answer["windows"],
            "peak_mb": round(peak)}
