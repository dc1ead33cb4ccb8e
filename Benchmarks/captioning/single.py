"""Peers that have no server: llama-mtmd-cli, one window after another, and transformers, batch by batch."""
import json
import re

from . import footage, process
from .setting import PROMPT, ROOT, SYSTEM


def mtmd_cli(setting):
    """A process a window, as its users run it, with the frames as one video, which costs it half of what images do.

    It writes the time after the first frame, as llama-server does, and so encodes a block more than we do.
    """
    # Each window is a run of its own, so a few of them tell the price of one.
    videos = setting.videos()[:4] if setting.quick else setting.videos()
    seconds, loading = 0.0, 0.0
    for path in videos:
        outcome = process.run([
            setting.peers / "llama-mtmd-cli", "-m", setting.text(), "-mm", setting.projector(), "--video", path, "-sys", SYSTEM,
            "-p", PROMPT, "-n", setting.output, "--ignore-eos", "--temp", "0", "-c", "2048", "-fa", "auto", "-t", setting.threads,
            "-tb", setting.threads, "-fit", "off", "--no-warmup", "--video-fps", footage.SAMPLING_FPS,
            "--perf", "-lv", "4"], setting.limit(1))
        check(outcome.errors, setting)
        seconds += outcome.seconds
        loading += loaded(outcome.errors)
    return {"seconds": seconds, "windows": len(videos), "loading": loading}


def figures(text, pattern):
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        process.fail(f"llama-mtmd-cli did not tell its figures ({pattern}): {text[-1500:]}")
    return [int(number) for number in found.groups()]


def loaded(text):
    """Seconds after which the model was loaded, from the time before that line: minutes, seconds, ms and us."""
    minutes, seconds, thousandths, _ = figures(text, r"^(\d+)\.(\d+)\.(\d+)\.(\d+) .*main: loading model")
    return 60 * minutes + seconds + thousandths / 1000


def check(text, setting):
    """It saw pairs of frames, the first and the last alone, and ran the model once for each token that it wrote, but the last."""
    pairs = text.count(" encoding mtmd batch, n_chunks = 1 ")
    if pairs != footage.FRAMES // 2 + 1:
        process.fail(f"llama-mtmd-cli encoded {pairs} blocks instead of {footage.FRAMES // 2 + 1}.")
    [runs] = figures(text, r" eval time =.*/\s*(\d+) runs")
    if not setting.output - 1 <= runs <= setting.output:
        process.fail(f"llama-mtmd-cli wrote {runs} tokens instead of {setting.output}.")


def transformers(setting, prompt_tokens, dtype="try"):
    make_checkpoint(setting)
    rgb = [frames.with_suffix(".rgb") for frames in setting.frames()]
    outcome = process.run([
        setting.python, "-B", ROOT / "Benchmarks/peers/transformers_captions.py", setting.checkpoint(), dtype, setting.threads,
        setting.batch, setting.output, prompt_tokens, *footage.SIZE, footage.SAMPLING_FPS, *rgb],
        2 * setting.limit(len(rgb)))
    answer = json.loads(outcome.output.splitlines()[-1])
    if answer["output_tokens"] != len(rgb) * setting.output:
        process.fail(f"transformers wrote {answer['output_tokens']} tokens.")
    return {**answer, "windows": len(rgb)}


def make_checkpoint(setting):
    process.run([setting.python, "-B", ROOT / "scripts/real-size/checkpoint.py", setting.llama, setting.text(),
                 setting.projector(), setting.checkpoint()], limit=600)
