"""Nemotron Nano 12B v2 VL as llama.cpp's converter writes its NVFP4 checkpoint, and its projector in F16.

The sizes are those of the model's published configuration. All linear layers are NVFP4, by ModelOpt's default recipe;
the embeddings, the output layer and the vision tower stay in 16 bits and the Mamba convolutions in 32, as the converter
writes them.
"""
import numpy as np
from gguf import GGMLQuantizationType as Type, LlamaFileType

from files import ModelFile
from vocabularies import add_nemotron

# M: Mamba2, *: attention, -: feed-forward.
PATTERN = "M-M-M-M*-" * 6 + "M-M-M-M-"
WIDTH, FEED_FORWARD, VOCABULARY = 5120, 20480, 131072
HEADS, KEY_HEADS, HEAD_WIDTH = 40, 8, 128
STATE, GROUPS, MAMBA_HEADS, MAMBA_HEAD_WIDTH, KERNEL = 128, 8, 128, 80, 4
INNER = MAMBA_HEADS * MAMBA_HEAD_WIDTH


def text(path, llama):
    file = ModelFile(path, "nemotron_h")
    writer = file.writer
    writer.add_name("Nemotron Nano 12B v2 VL, random")
    writer.add_block_count(len(PATTERN))
    writer.add_context_length(1 << 20)
    writer.add_embedding_length(WIDTH)
    writer.add_vocab_size(VOCABULARY)
    writer.add_feed_forward_length([FEED_FORWARD if kind == "-" else 0 for kind in PATTERN])
    writer.add_head_count(HEADS)
    writer.add_head_count_kv([KEY_HEADS if kind == "*" else 0 for kind in PATTERN])
    writer.add_key_length(HEAD_WIDTH)
    writer.add_value_length(HEAD_WIDTH)
    writer.add_layer_norm_eps(1e-5)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_scaling_finetuned(False)
    writer.add_ssm_conv_kernel(KERNEL)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_group_count(GROUPS)
    writer.add_ssm_inner_size(INNER)
    writer.add_ssm_time_step_rank(MAMBA_HEADS)
    writer.add_file_type(LlamaFileType.MOSTLY_NVFP4)
    add_nemotron(writer, llama, VOCABULARY)
    file.weight("output.weight", (VOCABULARY, WIDTH), Type.BF16)
    file.weight("token_embd.weight", (VOCABULARY, WIDTH), Type.BF16)
    for layer, kind in enumerate(PATTERN):
        file.ones(f"blk.{layer}.attn_norm.weight", WIDTH)
        {"M": mamba, "*": attention, "-": feed_forward}[kind](file, f"blk.{layer}")
    file.ones("output_norm.weight", WIDTH)
    file.write()


def mamba(file, block):
    channels = INNER + 2 * GROUPS * STATE
    random = np.random.default_rng(1)
    file.weight(f"{block}.ssm_in.weight", (INNER + channels + MAMBA_HEADS, WIDTH), Type.NVFP4)
    file.weight(f"{block}.ssm_conv1d.weight", (channels, KERNEL), Type.F32)
    file.values(f"{block}.ssm_conv1d.bias", np.zeros(channels, np.float32))
    # Mamba2's own start: time steps from 0.001 to 0.1 before softplus, decay from 1 to 16.
    steps = np.exp(random.uniform(np.log(0.001), np.log(0.1), MAMBA_HEADS))
    file.values(f"{block}.ssm_dt.bias", steps + np.log(-np.expm1(-steps)))
    file.values(f"{block}.ssm_a", -random.uniform(1, 16, (MAMBA_HEADS, 1)))
    file.ones(f"{block}.ssm_d", MAMBA_HEADS, 1)
    file.ones(f"{block}.ssm_norm.weight", GROUPS, INNER // GROUPS)
    file.weight(f"{block}.ssm_out.weight", (WIDTH, INNER), Type.NVFP4)


def attention(file, block):
    for part, rows in (("q", HEADS * HEAD_WIDTH), ("k", KEY_HEADS * HEAD_WIDTH), ("v", KEY_HEADS * HEAD_WIDTH)):
        file.weight(f"{block}.attn_{part}.weight", (rows, WIDTH), Type.NVFP4)
    file.weight(f"{block}.attn_output.weight", (WIDTH, HEADS * HEAD_WIDTH), Type.NVFP4)


def feed_forward(file, block):
    file.weight(f"{block}.ffn_down.weight", (WIDTH, FEED_FORWARD), Type.NVFP4)
    file.weight(f"{block}.ffn_up.weight", (FEED_FORWARD, WIDTH), Type.NVFP4)


def projector(path, layers=32, width=1280, inner=5120, patch=16, side=512, registers=10, hidden=20480):
    file = ModelFile(path, "clip")
    writer = file.writer
    writer.add_name("C-RADIOv2-H and Nemotron's projector, random")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_clip_projector_type("nemotron_v2_vl")
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_projection_dim(WIDTH)
    writer.add_vision_image_size(side)
    writer.add_vision_patch_size(patch)
    writer.add_vision_embedding_length(width)
    writer.add_vision_feed_forward_length(inner)
    writer.add_vision_block_count(layers)
    writer.add_vision_head_count(16)
    writer.add_vision_image_mean([0.48145466, 0.4578275, 0.40821073])
    writer.add_vision_image_std([0.26862954, 0.26130258, 0.27577711])
    writer.add_vision_attention_layernorm_eps(1e-6)
    writer.add_vision_use_gelu(True)
    writer.add_vision_projector_scale_factor(2)
    file.weight("v.class_embd", (registers, width), Type.F32)
    file.weight("v.position_embd.weight", ((side // patch) ** 2, width), Type.F32)
    file.weight("v.patch_embd.weight", (width, 3, patch, patch), Type.F16, (3 * patch * patch) ** -0.5)
    for layer in range(layers):
        block = f"v.blk.{layer}"
        for part, rows, columns in (("attn_qkv", 3 * width, width), ("attn_out", width, width),
                                    ("ffn_up", inner, width), ("ffn_down", width, inner)):
            file.weight(f"{block}.{part}.weight", (rows, columns), Type.F16)
            file.values(f"{block}.{part}.bias", np.zeros(rows, np.float32))
        for part in ("ln1", "ln2"):
            file.ones(f"{block}.{part}.weight", width)
            file.values(f"{block}.{part}.bias", np.zeros(width, np.float32))
    merged = 4 * width
    file.ones("mm.model.mlp.0.weight", merged)
    file.weight("mm.model.mlp.1.weight", (hidden, merged), Type.F16)
    file.weight("mm.model.mlp.3.weight", (WIDTH, hidden), Type.F16)
    file.write()


def make_12b(folder, llama):
    text(folder / "nemotron-nano-12b-v2-vl-nvfp4.gguf", llama)
    projector(folder / "nemotron-nano-12b-v2-vl-mmproj-f16.gguf")
