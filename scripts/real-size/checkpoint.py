#!/usr/bin/env python3
"""Writes a Qwen2.5-VL model of scripts/real-size as a checkpoint for transformers: the same weights, in BF16.

usage: checkpoint.py LLAMA TEXT.gguf MMPROJ.gguf FOLDER   LLAMA: llama.cpp's sources

It holds config.json and model.safetensors, and no tokenizer. A folder that is there already is left as it is.
"""
import json
import pathlib
import shutil
import sys

import numpy as np

TEXT = {"token_embd": "model.language_model.embed_tokens", "output_norm": "model.language_model.norm", "output": "lm_head"}
TEXT_LAYER = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
              "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
              "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
VISION = {"v.post_ln": "merger.ln_q", "mm.0": "merger.mlp.0", "mm.2": "merger.mlp.2"}
VISION_LAYER = {"attn_out": "attn.proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
                "ln1": "norm1", "ln2": "norm2"}


class Source:
    """A GGUF file: keys, and tensors as 32-bit numbers."""

    def __init__(self, path):
        from gguf import GGUFReader
        reader = GGUFReader(str(path))
        self.fields = reader.fields
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}

    def key(self, name):
        return self.fields[name].contents()

    def numbers(self, name):
        from gguf.quants import dequantize
        tensor = self.tensors[name]
        return dequantize(tensor.data, tensor.tensor_type)


def text_tensors(source):
    for name in source.tensors:
        stem, kind = name.rsplit(".", 1)
        if stem in TEXT:
            yield f"{TEXT[stem]}.{kind}", lambda name=name: source.numbers(name)
        else:
            _, layer, part = stem.split(".")
            target = f"model.language_model.layers.{layer}.{TEXT_LAYER[part]}.{kind}"
            yield target, lambda name=name: source.numbers(name)


def vision_tensors(source):
    # The two frames of a pair have a slice each of one kernel.
    yield "model.visual.patch_embed.proj.weight", lambda: np.stack(
        [source.numbers("v.patch_embd.weight"), source.numbers("v.patch_embd.weight.1")], axis=2)
    for name in source.tensors:
        stem, kind = name.rsplit(".", 1)
        if stem in VISION:
            yield f"model.visual.{VISION[stem]}.{kind}", lambda name=name: source.numbers(name)
        elif stem.startswith("v.blk."):
            _, _, layer, part = stem.split(".")
            block = f"model.visual.blocks.{layer}"
            if part == "attn_q":
                yield f"{block}.attn.qkv.{kind}", lambda name=name: np.concatenate(
                    [source.numbers(name.replace("attn_q", f"attn_{one}")) for one in "qkv"])
            elif part in VISION_LAYER:
                yield f"{block}.{VISION_LAYER[part]}.{kind}", lambda name=name: source.numbers(name)


def configuration(text, vision):
    def key(name):
        return text.key(f"qwen2vl.{name}")

    def look(name):
        return vision.key(f"clip.vision.{name}")

    tokens = text.key("tokenizer.ggml.tokens")
    ids = {token: number for number, token in enumerate(tokens)}
    layers, pattern = look("block_count"), look("n_wa_pattern")
    common = {"vocab_size": len(tokens), "bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids["<|im_end|>"],
              "tie_word_embeddings": False}
    return {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl", "dtype": "bfloat16", **common,
        "vision_start_token_id": ids["<|vision_start|>"], "vision_end_token_id": ids["<|vision_end|>"],
        "image_token_id": ids["<|image_pad|>"], "video_token_id": ids["<|video_pad|>"],
        "text_config": {
            "model_type": "qwen2_5_vl_text", **common, "hidden_size": key("embedding_length"),
            "intermediate_size": key("feed_forward_length"), "num_hidden_layers": key("block_count"),
            "num_attention_heads": key("attention.head_count"), "num_key_value_heads": key("attention.head_count_kv"),
            "max_position_embeddings": key("context_length"), "rms_norm_eps": 1e-6, "hidden_act": "silu",
            "use_sliding_window": False, "rope_theta": key("rope.freq_base"),
            "rope_scaling": {"type": "mrope", "rope_type": "default", "rope_theta": key("rope.freq_base"),
                             "mrope_section": key("rope.dimension_sections")[:3]}},
        "vision_config": {
            "model_type": "qwen2_5_vl", "depth": layers, "hidden_size": look("embedding_length"), "hidden_act": "silu",
            "intermediate_size": look("feed_forward_length"), "num_heads": look("attention.head_count"), "in_channels": 3,
            "out_hidden_size": look("projection_dim"), "patch_size": look("patch_size"), "spatial_merge_size": 2,
            "temporal_patch_size": 2, "window_size": 112, "tokens_per_second": 2,
            "fullatt_block_indexes": [layer for layer in range(layers) if (layer + 1) % pattern == 0]}}


def save(path, tensors):
    """Writes safetensors: the length of a header, the header, and the numbers one after another."""
    header, parts, at = {}, [], 0
    for name, numbers in tensors:
        array = np.ascontiguousarray(numbers(), np.float32)
        # BF16 is the upper half of a 32-bit number.
        data = (array.view(np.uint32) >> 16).astype("<u2").tobytes()
        header[name] = {"dtype": "BF16", "shape": list(array.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for data in parts:
            out.write(data)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    llama, text, vision, folder = map(pathlib.Path, sys.argv[1:])
    if folder.exists():
        return
    sys.path.insert(0, str(llama / "gguf-py"))
    text, vision = Source(text), Source(vision)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "config.json").write_text(json.dumps(configuration(text, vision), indent=2))
    save(part / "model.safetensors", [*text_tensors(text), *vision_tensors(vision)])
    part.rename(folder)


main()
