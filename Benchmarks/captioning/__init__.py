"""The captioning benchmark; Benchmarks/captioning.py runs it."""
