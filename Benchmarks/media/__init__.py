"""The benchmark of frames and previews; Benchmarks/media.py runs it."""
