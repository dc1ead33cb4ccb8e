"""Runs of `shotlist run`, whole and by the wall clock, and what their records say."""
import functools
import json
import os
import pathlib
import tempfile

from . import footage, process
from .setting import PROMPT


@functools.cache
def flags(program):
    """The flags that the program knows."""
    return process.run([program, "run", "--help"], limit=60).output


def need(setting, *names):
    """Ends with a clear sentence when the program cannot do what is to be measured."""
    for name in names:
        if name not in flags(setting.program):
            process.fail(f"this build of shotlist does not know {name}; build one that does, or leave the part out with --parts.")


def caption(setting, clips, extra=(), batch=None, output=None, watch_memory=False, model=None,
            shown=("--captioning-sampling-fps", footage.SAMPLING_FPS), limit=None):
    """Captions clips; tells the seconds of the whole run, its summary, the records of its windows and its memory."""
    setting.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=setting.folder) as folder:
        source, target = pathlib.Path(folder) / "in", pathlib.Path(folder) / "out"
        source.mkdir()
        for number, clip in enumerate(clips):
            os.link(clip, source / f"{number:04}.mp4")
        outcome = process.run([
            setting.program, "run", "--video-dir", source, "--output-path", target, "--transcode-encoder", "copy",
            "--generate-captions", "--captioning-algorithm", "qwen", "--captioning-prompt-text", PROMPT,
            "--captioning-model-path", setting.text(model), "--captioning-projector-path", setting.projector(model),
            "--captioning-batch-size", batch or setting.batch, "--captioning-max-output-tokens", output or setting.output,
            "--threads", setting.threads, *shown, *extra], limit or setting.limit(len(clips)), watch_memory)
        summary = json.loads((target / "summary.json").read_text())
        windows = [window for path in sorted(target.glob("metas/v0/*.json")) for window in json.loads(path.read_text())["windows"]]
    for window in windows:
        if window["status"] not in ("success", "truncated"):
            process.fail(f"a window ended with '{window['status']}': {window.get('reason_text')}")
    return {"seconds": outcome.seconds, "summary": summary, "windows": windows, "memory": outcome.memory}


def whole(setting, clips, answers=1, **options):
    """`caption` with a check that each window was shown whole and answered at full length, in short."""
    result = caption(setting, clips, **options)
    windows, summary = result["windows"], result["summary"]
    if len(windows) != len(clips):
        process.fail(f"shotlist made {len(windows)} windows of {len(clips)} clips.")
    for window in windows:
        shown = (len(window["frame_indices"]), window["resized_width"], window["resized_height"])
        if shown != (footage.FRAMES, *footage.SIZE):
            process.fail(f"a window was shown as {shown[0]} frames of {shown[1]}x{shown[2]}.")
    wanted = len(clips) * answers * (options.get("output") or setting.output)
    if summary["output_tokens"] != wanted:
        process.fail(f"shotlist wrote {summary['output_tokens']} tokens where {wanted} were forced.")
    return {"seconds": result["seconds"], "windows": len(windows), "output_tokens": summary["output_tokens"],
            "prompt_tokens": max(window["prompt_tokens"] for window in windows),
            "by_question": summary.get("tokens_by_question", {}), "encoded": summary.get("encoded_blocks"),
            "reused": summary.get("reused_blocks")}


def prompt_tokens(setting):
    """Tokens of one window's prompt, the same for all of them. It also brings the model's files into memory."""
    return whole(setting, setting.clips()[:1], output=2)["prompt_tokens"]


def plain(setting):
    return whole(setting, setting.clips())


def second_pass(setting):
    """With a second pass; the share of the first's prompt tokens that it computes."""
    need(setting, "--captioning-stage2-caption")
    result = whole(setting, setting.clips(), answers=2, extra=["--captioning-stage2-caption"])
    questions = result["by_question"]
    if "stage1" not in questions or "caption" not in questions:
        process.fail("summary.json does not tell the tokens of the two passes apart (tokens_by_question).")
    result["share"] = questions["caption"]["computed_prompt_tokens"] / questions["stage1"]["prompt_tokens"]
    return result


def three_prompts(setting):
    """The main prompt and two more."""
    need(setting, "--captioning-prompt ")
    extra = ["--captioning-prompt", "people=Who can be seen in this video, and what do they wear?",
             "--captioning-prompt", "camera=How does the camera move, and what is the light like?"]
    return whole(setting, setting.clips(), answers=3, extra=extra)
