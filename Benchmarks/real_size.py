#!/usr/bin/env python3
"""Measure models of the real sizes: file size, most memory, prompt and output tokens a second, and the memory formula.

usage: real_size.py SHOTLIST LLAMA FOLDER VIDEO [NAME...]   (scripts/bench-models.sh gives them)

LLAMA are llama.cpp's sources, FOLDER is where the models are or are written (scripts/real-size), VIDEO has one window.
Weights are random, so the words mean nothing; sizes, types and shapes are the real models'. Four frames at the smallest
size are shown and 16 tokens written, for minutes instead of hours. Memory is the kernel's own count of the process
(VmHWM), the estimate what `shotlist doctor --model-path` says for the same context and frame. The last line is JSON:
`estimate_over_measured` is 1 when the formula is exact.

With SHOTLIST_BENCH_REMOVE=1 each model's files are removed when they are measured.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

OUTPUT_TOKENS = 16
# Contexts are made in steps of so many tokens.
STEP = 1024
PROMPT = "Rewrite this caption in one plain sentence, and leave nothing out: " + (
    "Three cyclists ride along a wet road between trees, one of them waves at the camera. " * 12)


class Model:
    def __init__(self, name, title, variant, text, projector=None, sizing=()):
        self.name, self.title, self.variant = name, title, variant
        self.text, self.projector, self.sizing = text, projector, list(sizing)


MODELS = [
    Model("qwen2.5-vl-7b", "Qwen2.5-VL-7B, Q4_K_M", "qwen", "qwen2.5-vl-7b-q4_k_m.gguf",
          "qwen2.5-vl-7b-mmproj-f16.gguf", ["--captioning-max-pixels", "100352"]),
    Model("nemotron-12b", "Nemotron Nano 12B v2 VL, NVFP4", "nemotron-nvfp4", "nemotron-nano-12b-v2-vl-nvfp4.gguf",
          "nemotron-nano-12b-v2-vl-mmproj-f16.gguf"),
    Model("qwen2.5-14b", "Qwen2.5-14B, Q4_K_M, text", "qwen_lm", "qwen2.5-14b-q4_k_m.gguf"),
]


def run(command):
    """Standard output and error of a command that must end well, and its most memory in bytes."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), errors.seek(0)
        output, complaint = out.read(), errors.read()
    if process.returncode != 0:
        sys.exit(f"bench-models: '{' '.join(command[:4])} ...' ended with code {process.returncode}: {complaint}")
    return output, complaint, usage.ru_maxrss * 1024


def caption(program, model, folder, video):
    """What one window cost: its record, and the most memory."""
    with tempfile.TemporaryDirectory() as output:
        _, _, memory = run([
            program, "run", "--video-dir", video, "--output-path", output, "--transcode-encoder", "copy",
            "--limit-clips", "1", "--generate-captions", "--captioning-algorithm", model.variant,
            "--captioning-model-path", str(folder / model.text),
            "--captioning-projector-path", str(folder / model.projector), "--captioning-sampling-fps", "0.4",
            "--captioning-max-output-tokens", str(OUTPUT_TOKENS), *model.sizing])
        [path] = (pathlib.Path(output) / "metas" / "v0").glob("*.json")
        [window] = json.loads(path.read_text())["windows"]
    if window["status"] not in ("success", "truncated"):
        sys.exit(f"bench-models: {model.title}: {window['reason_text']}")
    window["frame"] = f"{window['resized_width']}x{window['resized_height']}"
    return window, memory


def answer(program, model, folder):
    """What one answer of a text model cost, as a window's record says it."""
    _, cost, memory = run([program, "models", "try", model.variant, PROMPT, "--model-path", str(folder / model.text),
                           "--max-output-tokens", str(OUTPUT_TOKENS)])
    found = re.search(r"(\d+) prompt tokens in ([\d.]+) s, (\d+) output tokens.* in ([\d.]+) s", cost)
    if not found:
        sys.exit(f"bench-models: {model.title}: no figures in: {cost}")
    numbers = [float(number) for number in found.groups()]
    return dict(zip(("prompt_tokens", "prompt_seconds", "output_tokens", "output_seconds"), numbers)), memory


def estimate(program, model, folder, record):
    tokens = -(-(int(record["prompt_tokens"]) + OUTPUT_TOKENS) // STEP) * STEP
    command = [program, "doctor", "--model-path", str(folder / model.text), "--context-tokens", str(tokens)]
    if model.projector:
        command += ["--projector-path", str(folder / model.projector), "--frame", record["frame"]]
    return int(re.search(r"the model needs: (\d+) MB", run(command)[0]).group(1)) * 10 ** 6


def measure(program, model, folder, video):
    if model.projector:
        record, memory = caption(program, model, folder, video)
    else:
        record, memory = answer(program, model, folder)
    files = [folder / file for file in (model.text, model.projector) if file]
    return {
        "title": model.title, "files": [file.stat().st_size for file in files], "memory": memory,
        "estimate": estimate(program, model, folder, record), "prompt_tokens": int(record["prompt_tokens"]),
        "prompt_rate": record["prompt_tokens"] / record["prompt_seconds"],
        # The first token comes out of reading the prompt.
        "output_rate": (record["output_tokens"] - 1) / record["output_seconds"],
    }


def row(result):
    size = " + ".join(f"{size / 1e9:.2f}" for size in result["files"])
    return (f"| {result['title']} | {size} GB | {result['memory'] / 1e9:.2f} GB | {result['estimate'] / 1e9:.2f} GB "
            f"({result['estimate'] / result['memory']:.3f}) | {result['prompt_rate']:.1f} ({result['prompt_tokens']}) "
            f"| {result['output_rate']:.2f} |")


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    program, llama, folder, video = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
    names = sys.argv[5:] or [model.name for model in MODELS]
    maker = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "real-size" / "make.py"
    print("| Model | Files | Most memory | Estimate (to measured) | Prompt tokens/s (tokens) | Output tokens/s |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    ratios = {}
    for model in MODELS:
        if model.name not in names:
            continue
        subprocess.run([sys.executable, "-B", str(maker), llama, str(folder), model.name], check=True)
        result = measure(program, model, folder, video)
        print(row(result), flush=True)
        ratios[model.name] = round(result["estimate"] / result["memory"], 3)
        if os.environ.get("SHOTLIST_BENCH_REMOVE") == "1":
            for file in (model.text, model.projector):
                if file:
                    (folder / file).unlink()
    print(json.dumps({"suite": "models", "ratios": {"estimate_over_measured": ratios}}))


main()
