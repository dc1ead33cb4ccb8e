#!/usr/bin/env python3
"""NeMo Curator's own functions on the clips of each request.

usage: nemo_media.py THREADS     a line in, such as {"clips": ["a.mp4"]}, and a line of JSON out

What `CaptionPreparationStage.process` calls for the frames and bytes of windows, and `PreviewStage.process` for a
window's preview, without the model's own preprocessing that follows.
"""
import json
import pathlib
import sys
import time

from loguru import logger
from nemo_curator.stages.video.preview.preview import PreviewStage
from nemo_curator.tasks.video import _Window
from nemo_curator.utils.windowing_utils import split_video_into_windows


def work(clips, threads, preview):
    """Seconds for preparation and previews of all clips, and the number of windows."""
    windows, sampled, prep_seconds, preview_seconds = 0, 0, 0.0, 0.0
    for clip in clips:
        start = time.perf_counter()
        mp4s, frames, spans = split_video_into_windows(
            pathlib.Path(clip).read_bytes(), window_size=256, remainder_threshold=128, sampling_fps=2.0,
            preprocess_dtype="float16", return_bytes=True, num_threads=threads)
        prepared = time.perf_counter()
        for mp4, span in zip(mp4s, spans, strict=True):
            window = _Window(span.start, span.end, mp4_bytes=mp4)
            preview._generate_preview(window)
            if not window.webp_bytes:
                sys.exit(f"no preview of {clip}")
        prep_seconds += prepared - start
        preview_seconds += time.perf_counter() - prepared
        windows += len(spans)
        sampled += sum(len(one) for one in frames)
    return {"clips": len(clips), "windows": windows, "frames": sampled, "seconds": prep_seconds + preview_seconds,
            "prep_seconds": prep_seconds, "preview_seconds": preview_seconds}


def main():
    threads = int(sys.argv[1])
    logger.remove()
    preview = PreviewStage(target_fps=1.0, target_height=240, compression_level=6, quality=50,
                           num_cpus_per_worker=float(threads))
    for line in sys.stdin:
        print(json.dumps(work(json.loads(line)["clips"], threads, preview)), flush=True)


main()
