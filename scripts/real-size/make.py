#!/usr/bin/env python3
"""Writes GGUF models of the real sizes with random weights, to measure memory and speed with.

usage: make.py LLAMA FOLDER NAME...   LLAMA: llama.cpp's sources; NAME: qwen2.5-vl-7b, nemotron-12b, qwen2.5-14b,
                                      captioning, captioning-tiny

They say nothing sensible, but every block, key, shape and the vocabulary are of the real model's size, and their numbers
are of the size that a model's are: a matrix has a standard deviation of 1 / sqrt(columns). Blocks are written as they are
made; a file takes half a minute to two and 300 MB of memory. A file that is there already is left as it is.
"""
import pathlib
import sys
import time


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    llama, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sys.path.insert(0, str(llama / "gguf-py"))
    import captioning
    import nemotron
    import qwen
    makers = {"qwen2.5-vl-7b": ("qwen2.5-vl-7b-mmproj-f16.gguf", qwen.make_7b),
              "nemotron-12b": ("nemotron-nano-12b-v2-vl-mmproj-f16.gguf", nemotron.make_12b),
              "qwen2.5-14b": ("qwen2.5-14b-q4_k_m.gguf", qwen.make_14b),
              "captioning": ("captioning-mmproj-f16.gguf", captioning.make),
              "captioning-tiny": ("captioning-tiny-mmproj-f16.gguf", captioning.make_tiny)}
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:]:
        if name not in makers:
            sys.exit(f"real-size: there is no model '{name}'. There are: {', '.join(makers)}")
        last, make = makers[name]
        if (folder / last).exists():
            continue
        start = time.monotonic()
        print(f"real-size: writing {name} to {folder}", file=sys.stderr, flush=True)
        make(folder, llama)
        print(f"real-size: {name} is written after {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


main()
