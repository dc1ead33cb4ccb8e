"""Models of the Qwen2.5 family: text models as llama-quantize lays them out, and Qwen2.5-VL's projector in F16."""
import numpy as np
from gguf import GGMLQuantizationType as Type, LlamaFileType

from files import ModelFile
from vocabularies import add_qwen

VOCABULARY = 152064


class Q4KM:
    """Q4_K_M."""
    file_type = LlamaFileType.MOSTLY_Q4_K_M
    more = {"output": Type.Q6_K}

    @classmethod
    def kind(cls, part, layer=0, layers=1):
        if part in ("ffn_down", "attn_v") and uses_more_bits(layer, layers):
            return Type.Q6_K
        return cls.more.get(part, Type.Q4_K)


class Q8:
    """Q8_0."""
    file_type = LlamaFileType.MOSTLY_Q8_0

    @staticmethod
    def kind(part, layer=0, layers=1):
        return Type.Q8_0


def uses_more_bits(layer, layers):
    """Which layers Q4_K_M keeps in Q6_K (llama-quant.cpp)."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def add_full_vocabulary(writer, llama):
    add_qwen(writer, llama, VOCABULARY)
    return VOCABULARY, ()


def text(path, llama, name, architecture, layers, width, heads, key_heads, feed_forward, context, precision=Q4KM,
         add_vocabulary=add_full_vocabulary, sections=(16, 24, 24, 0)):
    """`add_vocabulary` writes the tokenizer's keys; it tells how many tokens there are and which are never to be said."""
    file = ModelFile(path, architecture)
    writer = file.writer
    writer.add_name(name)
    writer.add_block_count(layers)
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    writer.add_rope_freq_base(1000000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    if architecture == "qwen2vl":
        writer.add_rope_dimension_sections(list(sections))
    writer.add_file_type(precision.file_type)
    vocabulary, silent = add_vocabulary(writer, llama)
    kept = key_heads * (width // heads)
    file.weight("output.weight", (vocabulary, width), precision.kind("output"), zero_rows=silent)
    file.weight("token_embd.weight", (vocabulary, width), precision.kind("token_embd"))
    for layer in range(layers):
        block = f"blk.{layer}"

        def weight(part, rows, columns):
            file.weight(f"{block}.{part}.weight", (rows, columns), precision.kind(part, layer, layers))

        file.ones(f"{block}.attn_norm.weight", width)
        weight("ffn_down", width, feed_forward)
        weight("ffn_gate", feed_forward, width)
        weight("ffn_up", feed_forward, width)
        file.ones(f"{block}.ffn_norm.weight", width)
        for part, size in (("k", kept), ("q", width), ("v", kept)):
            file.values(f"{block}.attn_{part}.bias", np.zeros(size, np.float32))
            weight(f"attn_{part}", size, width)
        weight("attn_output", width, width)
    file.ones("output_norm.weight", width)
    file.write()


def projector(path, projected, layers=32, width=1280, feed_forward=3420, patch=14, heads=16, pattern=8):
    file = ModelFile(path, "clip")
    writer = file.writer
    writer.add_name("Qwen2.5-VL projector, random")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("qwen2.5vl_merger")
    writer.add_vision_projection_dim(projected)
    writer.add_vision_image_size(560)
    writer.add_vision_patch_size(patch)
    writer.add_vision_embedding_length(width)
    writer.add_vision_feed_forward_length(feed_forward)
    writer.add_vision_block_count(layers)
    writer.add_vision_head_count(heads)
    writer.add_vision_image_mean([0.48145466, 0.4578275, 0.40821073])
    writer.add_vision_image_std([0.26862954, 0.26130258, 0.27577711])
    writer.add_vision_use_silu(True)
    writer.add_vision_n_wa_pattern(pattern)
    writer.add_vision_attention_layernorm_eps(1e-6)
    std = (3 * patch * patch) ** -0.5
    file.weight("v.patch_embd.weight", (width, 3, patch, patch), Type.F16, std)
    file.weight("v.patch_embd.weight.1", (width, 3, patch, patch), Type.F16, std)
    for layer in range(layers):
        block = f"v.blk.{layer}"
        for part in ("q", "k", "v", "out"):
            file.weight(f"{block}.attn_{part}.weight", (width, width), Type.F16)
            file.values(f"{block}.attn_{part}.bias", np.zeros(width, np.float32))
        for part, rows, columns in (("gate", feed_forward, width), ("up", feed_forward, width),
                                    ("down", width, feed_forward)):
            file.weight(f"{block}.ffn_{part}.weight", (rows, columns), Type.F16)
            file.values(f"{block}.ffn_{part}.bias", np.zeros(rows, np.float32))
        file.ones(f"{block}.ln1.weight", width)
        file.ones(f"{block}.ln2.weight", width)
    file.ones("v.post_ln.weight", width)
    merged = 4 * width
    for number, rows in ((0, merged), (2, projected)):
        file.weight(f"mm.{number}.weight", (rows, merged), Type.F16)
        file.values(f"mm.{number}.bias", np.zeros(rows, np.float32))
    file.write()


def make_7b(folder, llama):
    text(folder / "qwen2.5-vl-7b-q4_k_m.gguf", llama, "Qwen2.5-VL-7B, random", "qwen2vl", layers=28, width=3584,
         heads=28, key_heads=4, feed_forward=18944, context=128000)
    projector(folder / "qwen2.5-vl-7b-mmproj-f16.gguf", projected=3584)


def make_14b(folder, llama):
    text(folder / "qwen2.5-14b-q4_k_m.gguf", llama, "Qwen2.5-14B, random", "qwen2", layers=48, width=5120, heads=40,
         key_heads=8, feed_forward=13824, context=32768)
