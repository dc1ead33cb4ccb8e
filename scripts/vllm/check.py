#!/usr/bin/env python3
"""Read what scripts/vllm/test.sh caught with vLLM's own code, and hold it against what the records say.

usage: check.py FOLDER     prints a table; ends with 1 when anything is off
"""
import hashlib
import importlib.metadata
import json
import pathlib
import sys
import warnings

import commands  # first: it says where vLLM is

import numpy as np
from PIL import Image
from transformers.video_utils import VideoMetadata
from vllm.entrypoints.generate.base.protocol import validate_request_mm_kwargs
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.multimodal.media.connector import MediaConnector, merge_media_io_kwargs
from vllm.renderers.chat_utils.chat_message import _collect_extra_fields, parse_chat_message_content_mm_part

import borrowed

# The names by which vLLM finds its reader of videos for a model; Nemotron has none of its own.
PROCESSORS = {"qwen": "Qwen2VLVideoProcessor", "qwen3": "Qwen3VLVideoProcessor", "nemotron": None}
# What a server would take from a model's own settings if a request left it out: nothing of it may come through.
OTHERS = {"temperature": 0.77, "top_p": 0.33, "top_k": 7, "repetition_penalty": 1.7, "min_p": 0.2, "presence_penalty": 0.4,
          "frequency_penalty": 0.4}
# JPEG at quality 95 may change a value by so much on average, of 255.
MOST_LOSS = 2.5


class Table:
    """Rows of what was compared, and whether all of it was right."""

    def __init__(self):
        self.rows = {}

    def add(self, what, case, right, value="", wrong=""):
        row = self.rows.setdefault((what, case), {"count": 0, "wrong": [], "values": []})
        row["count"] += 1
        if value != "":
            row["values"].append(value)
        if not right:
            row["wrong"].append(str(wrong)[:300])

    def print(self):
        failures = 0
        print(f"{'what':<58}{'case':<16}{'checked':>8}  result")
        for (what, case), row in self.rows.items():
            values = row["values"]
            shown = ""
            if values and all(isinstance(value, float) for value in values):
                shown = f", {min(values):.3g} to {max(values):.3g}"
            elif values:
                shown = ", " + ", ".join(sorted({str(value) for value in values}))
            failures += bool(row["wrong"])
            result = f"{len(row['wrong'])} wrong: {row['wrong'][0]}" if row["wrong"] else f"right{shown}"
            print(f"{what:<58}{case:<16}{row['count']:>8}  {result}")
        return failures


def text_of(body):
    return next(part["text"] for part in body["messages"][-1]["content"] if part["type"] == "text")


def without_words(body):
    """A body without what differs between two questions about a window: the words, and the seed of the draw."""
    body = json.loads(json.dumps(body))
    body.pop("seed")
    for part in body["messages"][-1]["content"]:
        part.pop("text", None)
    return body


def request_checks(table, case, body):
    """The body as a request, its parts and its sampling; the request and the address of its video."""
    request = ChatCompletionRequest.model_validate(json.loads(json.dumps(body)))
    table.add("the body is a request without unknown fields", case, not request.model_extra, wrong=request.model_extra)
    parts = [parse_chat_message_content_mm_part(part) for part in body["messages"][-1]["content"]]
    extra = [_collect_extra_fields(part) for part in body["messages"][-1]["content"]]
    known = [kind for kind, _ in parts] == ["video_url", "text"] and not any(extra)
    table.add("its parts are one video, then one text", case, known, wrong=(str(parts)[:80], extra))
    drawn = request.to_sampling_params(request.max_tokens, OTHERS)
    names = ["temperature", "top_p", "repetition_penalty", "min_p", "presence_penalty", "frequency_penalty", "seed", "max_tokens"]
    differ = {name: getattr(drawn, name) for name in names if getattr(drawn, name) != body[name]}
    if list(drawn.stop or []) != body.get("stop", []):
        differ["stop"] = drawn.stop
    if drawn.top_k not in (0, -1):
        differ["top_k"] = drawn.top_k
    table.add("tokens are drawn as asked, whatever the model's defaults", case, not differ, wrong=differ)
    return request, parts[0][1]


def trust_checks(table, case, request, trusted):
    def passes(trust):
        try:
            validate_request_mm_kwargs(
                mm_processor_kwargs=request.mm_processor_kwargs, media_io_kwargs=request.media_io_kwargs,
                trust_request_mm_kwargs=trust)
            return True
        except Exception:
            return False

    table.add("a server of serve-command takes media_io_kwargs", case, trusted and passes(trusted))
    table.add("(one without --trust-request-mm-kwargs refuses them)", case, not passes(False))


def size_checks(table, case, variant, frames, size):
    count, height, width = frames.shape[:3]
    if variant == "qwen":
        resize = borrowed.function("transformers", "models/qwen2_vl/video_processing_qwen2_vl.py", "smart_resize")
        given = resize(height, width, factor=28, min_pixels=size["shortest_edge"], max_pixels=size["longest_edge"])
    elif variant == "qwen3":
        resize = borrowed.function("transformers", "models/qwen3_vl/video_processing_qwen3_vl.py", "smart_resize")
        given = resize(
            count, height, width, temporal_factor=2, factor=32, min_pixels=size["shortest_edge"],
            max_pixels=size["longest_edge"])
    else:
        # vLLM resizes what is not 512 by 512, the model's image_size.
        given = (512, 512)
    table.add("the server's resize leaves frames as they are", case, given == (height, width),
              wrong=(given, frames.shape))


def time_checks(table, case, variant, metadata, window):
    """What the model is told of time, as each model's own code makes it of the metadata."""
    indices, fps = metadata["frames_indices"], metadata["fps"]
    if variant == "qwen":
        facts = VideoMetadata(**{name: metadata[name] for name in metadata if name != "do_sample_frames"})
        seconds, ours = 2 / facts.sampled_fps, 2 / window["effective_fps"]
        table.add("seconds a pair", case, abs(seconds - ours) < 1e-9 * ours,
                  value=round(seconds, 4), wrong=(seconds, ours))
    elif variant == "qwen3":
        stamps = borrowed.function(
            "vllm", "model_executor/models/qwen3_vl.py", "Qwen3VLProcessingInfo._calculate_timestamps")
        given = stamps(None, list(indices), fps, 2)
        ours = [(a + b) / 2 / fps for a, b in zip(indices[::2], indices[1::2])]
        near = len(given) == len(ours) and np.allclose(given, ours, rtol=0, atol=1e-9)
        table.add("time stamps of pairs", case, bool(near), wrong=(given, ours))
    else:
        given = commands.nemotron_words(indices, fps)
        ours = [
            ("\n" if number > 0 else "")
            + f"Frame {number + 1} sampled at {index * int(1000 / fps) / 1000:.2f} seconds: "
            for number, index in enumerate(indices)
        ]
        table.add("words before frames", case, given == ours, wrong=(given, ours))


def frame_checks(table, case, variant, folder, clip, window, fetched):
    frames, metadata = fetched
    start, end = window["start_frame"], window["end_frame"]
    video = pathlib.Path(clip["source_video"]).stem
    shown = folder / "frames" / variant / video / f"{start}_{end}"
    files = sorted(shown.glob("*.png"), key=lambda file: int(file.stem))
    ours = np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])
    numbers = [int(file.stem) for file in files]
    table.add("the record's frames are those of `shotlist frames`", case, numbers == window["frame_indices"])
    table.add("as many frames of the same size", case, frames.shape == ours.shape, wrong=(frames.shape, ours.shape))
    if frames.shape == ours.shape:
        loss = float(np.abs(frames.astype(np.int16) - ours.astype(np.int16)).mean())
        table.add("mean difference of a pixel's value, of 255", case, loss < MOST_LOSS, value=loss, wrong=loss)
    expected = [index - start for index in window["frame_indices"]]
    table.add("frames_indices are the record's, from the window's first", case, metadata["frames_indices"] == expected)
    table.add("total_num_frames", case, metadata["total_num_frames"] == end - start + 1, wrong=metadata)
    table.add(
        "fps is the source's", case, abs(metadata["fps"] - clip["framerate_source"]) < 1e-9,
        value=str(clip["framerate_source"]), wrong=metadata["fps"])


def file_checks(table, case, window, body, frames, metadata):
    """What vLLM's own sampling makes of a window that is sent as a file."""
    asked = body["media_io_kwargs"]["video"]["num_frames"]
    length = window["end_frame"] - window["start_frame"] + 1
    table.add("frames that vLLM picks", case, len(frames) == asked, value=len(frames), wrong=(len(frames), asked))
    # A cut on packets may hold a frame more, which its edit list hides; OpenCV counts it.
    more = metadata["total_num_frames"] - length
    table.add("frames of the file beside those of the window", case, more in (0, 1), value=more, wrong=more)
    table.add("the record names no frames", case, "frame_indices" not in window)


def check(table, folder, case, settings):
    variant, _, form = case.partition("-")
    bodies = {file.stem: json.loads(file.read_text()) for file in (folder / case / "bodies").glob("*.json")}
    records = [json.loads(file.read_text()) for file in sorted((folder / case / "out/metas/v0").glob("*.json"))]
    if variant not in settings:
        table.add("there is a line that starts its server", case, False, wrong="vLLM's parser does not take it")
        return
    trusted, size = settings[variant].trust_request_mm_kwargs, commands.video_size(settings[variant], variant)
    matched = 0
    for clip in records:
        for window in clip["windows"]:
            captions = [window.get(f"{variant}_stage1_caption"), window.get(f"{variant}_caption")]
            asked = [bodies[caption.split()[1].rstrip(".")] for caption in captions if caption]
            matched += len(asked)
            for body in asked:
                request, address = request_checks(table, case, body)
                trust_checks(table, case, request, trusted)
                connector = MediaConnector(media_io_kwargs=merge_media_io_kwargs(None, request.media_io_kwargs))
                frames, metadata = connector.fetch_video(address, video_processor=PROCESSORS[variant]).media
                if form == "mp4":
                    file_checks(table, case, window, body, frames, metadata)
                    continue
                frame_checks(table, case, variant, folder, clip, window, (frames, metadata))
                size_checks(table, case, variant, frames, size)
                time_checks(table, case, variant, metadata, window)
            first = asked[0]
            hash = window.get("stage1_prompt_hash") or window["prompt_hash"]
            words = hashlib.sha256(text_of(first).encode()).hexdigest()
            table.add("the first text is the record's prompt", case, words == hash)
            if len(asked) == 2:
                table.add("both passes are one request but for text and seed", case,
                          without_words(first) == without_words(asked[1]) and text_of(first) != text_of(asked[1]))
                table.add("the second text holds the first caption", case, captions[0] in text_of(asked[1]))
    trials = [body for body in bodies.values() if body["max_tokens"] == 1]
    for body in trials:
        request_checks(table, f"{case} trial", body)
    table.add("every body was an answered window's, or the trial", case, 0 < matched == len(bodies) - len(trials),
              value=f"{len(bodies)} bodies", wrong=(matched, len(trials), len(bodies)))


def main():
    # max_tokens is what all servers know; vLLM would rather see its other name.
    warnings.simplefilter("ignore", DeprecationWarning)
    folder = pathlib.Path(sys.argv[1])
    table = Table()
    settings = commands.check(table, folder / "commands")
    for case in ["qwen", "qwen3", "nemotron", "qwen-mp4", "qwen3-mp4", "nemotron-mp4"]:
        check(table, folder, case, settings)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ["vllm", "transformers"])
    print(f"held against the code of {versions}; no model ran")
    failures = table.print()
    print("all right" if failures == 0 else f"{failures} rows are wrong")
    sys.exit(failures > 0)


main()
