"""Asks transformers what SmolLM2-135M-Instruct says, with the weights of the very GGUF file that Shotlist runs.

    python make_smollm2_goldens.py --llama "$(scripts/build-llama.sh --where)" \
        --smollm2 .deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf [--f32 FILE.gguf]

Needs torch 2.13 and transformers 5.23; writes smollm2_goldens.json beside itself. The weights are dequantised to F32 and
put into transformers' Llama; the tokenizer is built from the file's vocabulary and merges with the pre-tokenizer of
SmolLM2's tokenizer.json. `--f32` also writes the dequantised weights as a GGUF file, with which llama.cpp computes in
F32 instead of with 8-bit activations: that tells the rounding of Q4_1 apart from an error.
"""

import argparse
import json
import os
import sys

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils.chat_template_utils import render_jinja_template

HERE = os.path.dirname(os.path.abspath(__file__))
CHATS = [
    (None, "Write the days of the week."),
    (None, "What is the capital of France? Answer in one sentence."),
    ("You rewrite captions. Add nothing that is not there.",
     "Rewrite in one sentence: A man in a red jacket rides a bicycle past a café. It's raining; 12 people watch."),
]
TOP, GREEDY = 32, 24
PARTS = {"attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
         "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def value(reader, key):
    return reader.fields[key].contents()


def make_tokenizer(reader):
    """SmolLM2's byte-level BPE, every digit alone."""
    names = value(reader, "tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in value(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={name: index for index, name in enumerate(names)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    control = [name for name, kind in zip(names, value(reader, "tokenizer.ggml.token_type")) if kind == 3]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in control])
    return tokenizer


def make_model(reader, dequantise):
    """transformers' Llama with the file's weights; llama.cpp keeps the rows of q and k in pairs for its RoPE."""
    def number(key):
        return int(value(reader, f"llama.{key}"))
    heads, kv_heads = number("attention.head_count"), number("attention.head_count_kv")
    config = LlamaConfig(
        vocab_size=number("vocab_size"), hidden_size=number("embedding_length"),
        intermediate_size=number("feed_forward_length"), num_hidden_layers=number("block_count"),
        num_attention_heads=heads, num_key_value_heads=kv_heads, max_position_embeddings=number("context_length"),
        rms_norm_eps=float(value(reader, "llama.attention.layer_norm_rms_epsilon")), tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": float(value(reader, "llama.rope.freq_base"))})
    config._attn_implementation = "eager"
    weights = {}
    for tensor in reader.tensors:
        data = dequantise(tensor.data, tensor.tensor_type)
        where, _, name = tensor.name.removesuffix(".weight").rpartition(".")
        if name in ("attn_q", "attn_k"):
            count = heads if name == "attn_q" else kv_heads
            data = data.reshape(count, -1, 2, data.shape[-1]).swapaxes(1, 2).reshape(data.shape)
        full = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}.get(name)
        full = full or f"model.layers.{where.removeprefix('blk.')}.{PARTS[name]}"
        weights[f"{full}.weight"] = torch.from_numpy(np.ascontiguousarray(data, dtype=np.float32))
    model = LlamaForCausalLM(config).float().eval()
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert missing in ([], ["lm_head.weight"]) and not unexpected, (missing, unexpected)
    model.tie_weights()
    return model


def write_f32(reader, dequantise, path, gguf):
    """The same file with every tensor in F32."""
    writer = gguf.GGUFWriter(path, "llama")
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        kind = field.types[0]
        writer.add_key_value(key, 0 if key == "general.file_type" else field.contents(), kind,
                             field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, np.ascontiguousarray(dequantise(tensor.data, tensor.tensor_type), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def golden(model, tokenizer, template, system, user):
    """One chat: tokens, the largest of the last logits, greedy tokens and how sure each was."""
    chat = [] if system is None else [{"role": "system", "content": system}]
    chat.append({"role": "user", "content": user})
    rendered, _ = render_jinja_template([chat], chat_template=template, add_generation_prompt=True)
    prompt = tokenizer.encode(rendered[0], add_special_tokens=False).ids
    tokens, margins, first = list(prompt), [], None
    while len(margins) < GREEDY:
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0, -1]
        first = logits if first is None else first
        best = logits.topk(2)
        if tokenizer.id_to_token(int(best.indices[0])) in ("<|im_end|>", "<|endoftext|>"):
            break
        tokens.append(int(best.indices[0]))
        margins.append(round(float(best.values[0] - best.values[1]), 3))
    print(repr(tokenizer.decode(tokens[len(prompt):])), margins, "logits std", round(float(first.std()), 3))
    top = first.topk(TOP)
    return {"system": system, "user": user, "prompt": prompt, "top": top.indices.tolist(),
            "logits": [round(number, 4) for number in top.values.tolist()], "greedy": tokens[len(prompt):],
            "margins": margins}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama", required=True, help="the folder of llama.cpp's sources")
    parser.add_argument("--smollm2", required=True, help="SmolLM2's GGUF file")
    parser.add_argument("--f32", metavar="FILE", help="also write the dequantised weights (0.5 GB)")
    options = parser.parse_args()
    sys.path.insert(0, os.path.join(options.llama, "gguf-py"))
    import gguf
    reader = gguf.GGUFReader(options.smollm2)
    torch.set_num_threads(1)
    model, tokenizer = make_model(reader, gguf.dequantize), make_tokenizer(reader)
    template = value(reader, "tokenizer.chat_template")
    with torch.no_grad():
        goldens = [golden(model, tokenizer, template, system, user) for system, user in CHATS]
    with open(os.path.join(HERE, "smollm2_goldens.json"), "w") as file:
        json.dump(goldens, file, separators=(",", ":"))
        file.write("\n")
    if options.f32:
        write_f32(reader, gguf.dequantize, options.f32, gguf)


if __name__ == "__main__":
    main()
