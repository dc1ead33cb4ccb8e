"""Makes tiny random text models of the Qwen2.5, Qwen3 and SmolLM2 kind, and what transformers says to them.

    python make_tiny_text_models.py --llama "$(scripts/build-llama.sh --where)" \
        --smollm2 .deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
    python make_tiny_text_models.py --llama ... --checkpoint-only qwen2.5|qwen3 DIR

Needs torch 2.13 and transformers 5.23; writes tiny-FAMILY-f32.gguf and text_goldens.json beside itself, or only one
checkpoint as its maker publishes one: config, bfloat16 safetensors, tokenizer, chat template. The
same seed gives the same files. Weights are drawn wide enough that attention depends on where tokens stand, and bfloat16
holds each of them exactly.
"""

import argparse
import json
import os
import sys
import tempfile

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)
from transformers.utils.chat_template_utils import render_jinja_template

from make_tiny_model import convert, rounded

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
# Words of the vocabulary that are no special tokens, as in Qwen's own.
WORDS = ["<tool_call>", "</tool_call>", "<think>", "</think>"]
# From tokenizer.json of Qwen2, Qwen2.5 and Qwen3.
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
         r"|\s+(?!\S)|\s+")
TEMPLATES = {"qwen2.5": "Qwen-Qwen2.5-7B-Instruct.jinja", "qwen3": "Qwen-Qwen3-0.6B.jinja"}
FAMILIES = [*TEMPLATES, "smollm2"]
SYSTEM = "You rewrite captions. Add nothing that is not there."
CHATS = [
    (None, "Say hello."),
    (SYSTEM, "A man rides a bicycle past a café. 自転車 🎬"),
    (SYSTEM, "\n\n  It's 1234 metres,\n\tor so.  \n"),
    # Decomposed letters: the tokenizer composes them.
    (None, "De\u0301tails, s'il vous plai\u0302t: " + "a red car turns left; " * 40),
]
GREEDY = 12
# Chosen so that no chat has a near tie among its first six tokens.
SEEDS = {"qwen2.5": 24, "qwen3": 10, "smollm2": 24}
# Below this distance between the best two logits, rounding may decide; the comparison of tokens ends before.
TIE = 0.03


def make_tokenizer(family):
    """The family's byte-level BPE with a few merges."""
    tokenizer = Tokenizer(models.BPE())
    if family == "smollm2":
        first, use_regex = pre_tokenizers.Digits(individual_digits=True), True
    else:
        first, use_regex = pre_tokenizers.Split(Regex(SPLIT), "isolated"), False
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [first, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator([f"system\n{system}\nuser\n{user}\nassistant\n\n" for system, user in CHATS] * 4,
                                  trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in SPECIALS])
    if family != "smollm2":
        tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in WORDS])
    return tokenizer


def make_model(family, tokenizer):
    """Random weights of a useful size, rounded to 16 bits."""
    ids = {name: tokenizer.token_to_id(name) for name in SPECIALS}
    shape = {
        "vocab_size": tokenizer.get_vocab_size(), "hidden_size": 64, "intermediate_size": 128,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-6,
        "max_position_embeddings": 4096, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
        "bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids["<|im_end|>"], "tie_word_embeddings": False}
    if family == "qwen3":
        # As in Qwen3, heads are wider together than the model.
        config, kind = Qwen3Config(**shape, head_dim=32), Qwen3ForCausalLM
    elif family == "qwen2.5":
        config, kind = Qwen2Config(**shape), Qwen2ForCausalLM
    else:
        config, kind = LlamaConfig(**shape), LlamaForCausalLM
    config._attn_implementation = "eager"
    model = kind(config).float().eval()
    generator = torch.Generator().manual_seed(SEEDS[family])
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "norm" in name:
                value.copy_(1 + 0.1 * noise)
            elif name.endswith("bias"):
                value.copy_(0.1 * noise)
            elif "embed_tokens" in name:
                value.copy_(0.5 * noise)
            else:
                wide = 1.25 if "q_proj" in name or "k_proj" in name else 1.0
                value.copy_(wide * noise / value[0].numel() ** 0.5)
            value.copy_(value.bfloat16().float())
    return model


def save(family, model, tokenizer, template, folder):
    """The checkpoint as a Hugging Face folder."""
    os.makedirs(folder, exist_ok=True)
    model.bfloat16().save_pretrained(folder, max_shard_size="200KB")
    model.float()
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    # In the words of the published checkpoints, which are older than transformers 5.
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    config["torch_dtype"] = config.pop("dtype")
    config.pop("layer_types", None)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    tokenizer.model.save(folder)
    added = {tokenizer.token_to_id(name): {
        "content": name, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
        "special": name in SPECIALS}
        for name in SPECIALS + WORDS if tokenizer.token_to_id(name) is not None}
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
        json.dump({"add_bos_token": False, "add_prefix_space": False, "added_tokens_decoder": added,
                   "additional_special_tokens": SPECIALS[1:], "bos_token": None, "chat_template": template,
                   "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace",
                   "model_max_length": 4096, "pad_token": "<|endoftext|>", "split_special_tokens": False,
                   "tokenizer_class": "GPT2Tokenizer" if family == "smollm2" else "Qwen2Tokenizer", "unk_token": None}, file, indent=2)


def golden(model, tokenizer, template, system, user):
    """One chat: tokens, last logits and greedy tokens."""
    chat = [] if system is None else [{"role": "system", "content": system}]
    chat.append({"role": "user", "content": user})
    rendered, _ = render_jinja_template(
        [chat], chat_template=template, add_generation_prompt=True, enable_thinking=False)
    prompt = tokenizer.encode(rendered[0], add_special_tokens=False).ids
    tokens, first = list(prompt), None
    ends = {tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")}
    while len(tokens) < len(prompt) + GREEDY:
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0, -1]
        first = logits if first is None else first
        best = logits.topk(2)
        if best.values[0] - best.values[1] < TIE or int(best.indices[0]) in ends:
            break
        tokens.append(int(best.indices[0]))
    return {"system": system, "user": user, "prompt": prompt, "logits": rounded(first),
            "greedy": tokens[len(prompt):]}


def template_of(family, options):
    """The chat template that the family's makers publish."""
    if family in TEMPLATES:
        with open(os.path.join(options.llama, "models", "templates", TEMPLATES[family])) as file:
            return file.read()
    sys.path.insert(0, os.path.join(options.llama, "gguf-py"))
    from gguf import GGUFReader
    return GGUFReader(options.smollm2).fields["tokenizer.chat_template"].contents()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama", required=True, help="the folder of llama.cpp's sources")
    parser.add_argument("--smollm2", help="SmolLM2's GGUF file, for its chat template")
    parser.add_argument("--checkpoint-only", nargs=2, metavar=("FAMILY", "DIR"), help="write only one checkpoint")
    options = parser.parse_args()
    wanted = [options.checkpoint_only[0]] if options.checkpoint_only else FAMILIES
    if wanted[0] not in FAMILIES:
        parser.error(f"there is no family '{wanted[0]}'; use one of: {', '.join(FAMILIES)}")
    if "smollm2" in wanted and not options.smollm2:
        parser.error("give SmolLM2's own file with --smollm2")
    torch.set_num_threads(1)
    goldens = {}
    for family in wanted:
        template, tokenizer = template_of(family, options), make_tokenizer(family)
        model = make_model(family, tokenizer)
        if options.checkpoint_only:
            save(family, model, tokenizer, template, options.checkpoint_only[1])
            return
        with torch.no_grad():
            goldens[family] = [golden(model, tokenizer, template, system, user) for system, user in CHATS]
        for chat in goldens[family]:
            print(family, len(chat["prompt"]), "tokens, greedy", chat["greedy"],
                  "logits std", round(float(torch.tensor(chat["logits"]).std()), 3))
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = os.path.join(folder, f"shotlist-tiny-{family}")
            save(family, model, tokenizer, template, checkpoint)
            convert(checkpoint, os.path.join(HERE, f"tiny-{family}-f32.gguf"), os.path.abspath(options.llama), False,
                    "smollm" if family == "smollm2" else "qwen2")
    with open(os.path.join(HERE, "text_goldens.json"), "w") as file:
        json.dump(goldens, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
