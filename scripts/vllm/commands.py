"""What `shotlist serve-command` prints, read by vLLM's own parser, and what vLLM makes of it."""
import shlex

import standins  # noqa: F401, before all that imports vLLM

import vllm.platforms
from vllm.platforms.cpu import CpuPlatform

# Without a GPU, and in a build that is not for CPUs, vLLM does not know where it is, and its parser asks.
vllm.platforms._current_platform = CpuPlatform()

from vllm.entrypoints.common.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.multimodal.processing.context import _resolve_mm_processor_kwargs
from vllm.utils.argparse_utils import FlexibleArgumentParser

import borrowed

NAMES = {
    "qwen": ("Qwen/Qwen2.5-VL-7B-Instruct", "cc59489"), "qwen3": ("Qwen/Qwen3-VL-8B-Instruct", "0c351dd"),
    "nemotron": ("nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16", "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
    "nemotron-bf16": ("nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16", "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
    "nemotron-fp8": ("nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-FP8", "7394488badb786e1decc0e00e308de1cab9560e6"),
    "nemotron-nvfp4": (
        "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-NVFP4-QAD", "b8d3c170d9ee3a078917ef9bfd508eff988d6de7"),
    "qwen_lm": ("Qwen/Qwen2.5-14B-Instruct", "cf98f3b"), "text-qwen3": ("Qwen/Qwen3-14B", "f8c293d"),
}
QUANTIZATION = {"nemotron-fp8": "modelopt", "nemotron-nvfp4": "modelopt_fp4"}


def check(table, folder):
    """Parse all commands; the settings of the plain ones by variant."""
    settings = {}
    for file in sorted(folder.iterdir()):
        name = file.name
        words = shlex.split(file.read_text())
        parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve"))
        flags = [word for word in words[2:] if word.startswith("--")]
        unknown = [flag for flag in flags if flag not in parser._option_string_actions]
        try:
            parsed = parser.parse_args(words[2:])
            validate_parsed_serve_args(parsed)
        except (SystemExit, Exception) as error:
            table.add("vLLM's parser takes serve-command's line", name, False, wrong=error)
            continue
        table.add("vLLM's parser takes serve-command's line", name, words[:2] == ["vllm", "serve"] and not unknown,
                  wrong=unknown)
        wrong = {key: value for key, (value, expected) in expectations(name, parsed).items() if value != expected}
        table.add("its values are those that were meant", name, not wrong, wrong=wrong)
        if not name.endswith("-all"):
            settings[name] = parsed
    return settings


def expectations(name, parsed):
    """What the parser made of a line, and what it was to be, by a word for it."""
    variant, all_flags = name.removesuffix("-all"), name.endswith("-all")
    repository, revision = NAMES[variant]
    is_text = variant in ("qwen_lm", "text-qwen3")
    pairs = {
        "model": (parsed.model_tag, repository), "revision": (parsed.revision, revision),
        "name": (parsed.served_model_name, [variant.removeprefix("text-")]), "length": (parsed.max_model_len, 32768),
        "quantization": (parsed.quantization, QUANTIZATION.get(variant, "fp8" if all_flags else None)),
        "remote code": (parsed.trust_remote_code, variant.startswith("nemotron")),
        "pruning": (parsed.video_pruning_rate, 0.0 if variant.startswith("nemotron") else None),
        "details": (parsed.enable_prompt_tokens_details, True),
        "trust": (parsed.trust_request_mm_kwargs, not is_text),
        "port": (parsed.port, 8003 if all_flags else 8000),
        "parallel": (parsed.tensor_parallel_size, 2 if all_flags else 1),
    }
    if variant in ("nemotron", "nemotron-bf16"):
        pairs["dtype"] = (parsed.dtype, "bfloat16")
    if not is_text:
        limits = {kind: getattr(limit, "count", limit) for kind, limit in parsed.limit_mm_per_prompt.items()}
        pairs["limits"] = (limits, {"image": 0, "video": 1})
        pairs["batch"] = (parsed.max_num_batched_tokens, 32768)
        if all_flags:
            pairs["cache"] = (parsed.mm_processor_cache_gb, 0)
    if all_flags:
        pairs["memory"] = (parsed.gpu_memory_utilization, 0.85)
        pairs["appended"] = (parsed.max_num_seqs, 64)
    return pairs


def video_size(parsed, variant):
    """The bounds that reach the video processor, as vLLM hands on `--mm-processor-kwargs`; None for Nemotron."""
    if variant == "nemotron":
        return None
    package = "models/qwen2_vl" if variant == "qwen" else "models/qwen3_vl"
    name = "Qwen2VLVideoProcessorInitKwargs" if variant == "qwen" else "Qwen3VLVideoProcessorInitKwargs"
    own = borrowed.fields("transformers", f"{package}/video_processing_{package.split('/')[1]}.py", name)
    general = borrowed.fields("transformers", "processing_utils.py", "VideosKwargs")
    resolved = _resolve_mm_processor_kwargs(parsed.mm_processor_kwargs, {"videos_kwargs": own | general})
    size = borrowed.function("vllm", "model_executor/models/qwen2_vl.py", "Qwen2VLProcessingInfo._get_vision_size")
    # The bounds of the published checkpoints, which the command's go before.
    defaults = {"shortest_edge": 3136, "longest_edge": 12845056}
    return size(resolved["videos_kwargs"], default_size=defaults)


def nemotron_words(indices, fps):
    """The words that vLLM's Nemotron puts before each frame."""
    words = []

    class Tokenizer:
        def __call__(self, texts, **options):
            words.extend(texts)
            return {"input_ids": [[0] for _ in texts]}

    class Details:
        @staticmethod
        def from_seq(tokens):
            return tokens

    path = "transformers_utils/processors/nano_nemotron_vl.py"
    replace = borrowed.function("vllm", path, "NanoNemotronVLProcessor.get_video_repl")
    replace.__globals__["calculate_timestamps"] = borrowed.function("vllm", path, "calculate_timestamps")
    replace.__globals__["PromptUpdateDetails"] = Details
    # As _preprocess_video does it.
    replace(
        None, tokens_per_frame=[1] * len(indices), frames_indices=indices, frame_duration_ms=int(1000.0 / fps),
        tokenizer=Tokenizer(), img_start_token_ids=[1], img_end_token_ids=[2], img_context_token_ids=[3])
    return words
