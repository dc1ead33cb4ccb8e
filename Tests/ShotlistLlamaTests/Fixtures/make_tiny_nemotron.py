"""Makes the tiny random Nemotron Nano VL models of these tests, and what transformers says to them.

    python make_tiny_nemotron.py --llama .deps/src/llama_cpp_python-0.3.36/vendor/llama.cpp
    python make_tiny_nemotron.py --checkpoint-only DIR --precision bf16|fp8|nvfp4

Needs torch 2.13, transformers 5.23 and numpy; writes nemotron-*.gguf and nemotron-goldens.json beside itself. The
second form writes a checkpoint and nothing else, and does without transformers.

Goldens: transformers' `radio` encodes frames and its `nemotron_h` reads the whole prompt; the projector (pixel shuffle,
RMS norm, two layers with a squared ReLU between) and the layout are written here after vLLM 0.33.0's
nano_nemotron_vl.py. Weights are those of the checkpoint in single precision: of FP8 and NVFP4 what their codes and
scales stand for. Activations are not quantised.
"""

import argparse
import base64
import json
import os
import runpy
import sys
import tempfile

import nemotron_checkpoint as tiny
import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
PRECISIONS = ("bf16", "fp8", "nvfp4")
# Source frames a second, and which of them a window shows; a frame lasts int(1000 / rate) milliseconds.
WINDOWS = [(23.976, [0, 31, 62, 93]), (29.97, [0, 23, 46, 70, 93, 116])]
GREEDY = 8
# Below this distance between the best two logits, rounding may decide; the comparison of tokens ends before.
TIE = 0.06


def frame(index, side=512):
    """The frame that Swift's tests draw, too."""
    x, y, c = np.meshgrid(np.arange(side), np.arange(side), np.arange(3), indexing="xy")
    return ((x * (c + 2) + y * (index + 3) + index * index * 31 + x * y // (c + 3)) & 255).astype(np.uint8)


def vision_tower(weights):
    """transformers' RADIO with the checkpoint's weights; normalisation is done outside, as vLLM does it."""
    from transformers import RadioConfig, RadioModel
    model = RadioModel(RadioConfig(
        hidden_size=tiny.VIT, num_hidden_layers=tiny.VIT_LAYERS, num_attention_heads=tiny.VIT_HEADS,
        mlp_ratio=tiny.VIT_FFN / tiny.VIT, patch_size=tiny.PATCH, max_img_size=tiny.GRID * tiny.PATCH,
        attn_implementation="eager")).float().eval()
    state = {}
    for name, weight in weights.items():
        if not name.startswith("vision_model.radio_model."):
            continue
        name = name.removeprefix("vision_model.radio_model.").removeprefix("model.")
        for old, new in (("patch_generator.embedder", "embeddings.patch_projection"), (".attn.proj", ".attention.o_proj"),
                         ("patch_generator.pos_embed", "embeddings.position_embedding"), ("blocks.", "encoder.layer."),
                         ("patch_generator.cls_token.token", "embeddings.cls_register_token")):
            name = name.replace(old, new)
        parts = zip("qkv", weight.chunk(3)) if ".attn.qkv" in name else [("", weight)]
        state.update({name.replace("attn.qkv", f"attention.{part}_proj"): tensor for part, tensor in parts})
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys, missing
    assert all("layer_scale" in key or "summary" in key for key in missing.missing_keys), missing
    model.make_preprocessor_external()
    return model


def language_model(weights, vocabulary):
    """transformers' NemotronH with the checkpoint's weights."""
    from transformers import NemotronHConfig, NemotronHForCausalLM
    text = tiny.configuration(vocabulary, "bf16")["llm_config"]
    text = {key: value for key, value in text.items() if key not in ("torch_dtype", "architectures", "model_type")}
    model = NemotronHForCausalLM(NemotronHConfig(**text, attn_implementation="eager")).float().eval()
    state = {name.removeprefix("language_model.").replace("backbone.", "model."): weight
             for name, weight in weights.items() if name.startswith("language_model.")}
    model.load_state_dict(state, strict=True)
    return model


def embeddings(tower, weights, index):
    """The 256 embeddings of a frame: RADIO, pixel shuffle, projector."""
    mean, std = torch.tensor(tiny.MEAN).reshape(3, 1, 1), torch.tensor(tiny.STD).reshape(3, 1, 1)
    pixels = torch.tensor(frame(index)).permute(2, 0, 1).float()
    features = tower(((pixels / 255 - mean) / std)[None]).features
    side = round(features.shape[1] ** 0.5)
    blocks = features.reshape(side // 2, 2, side // 2, 2, -1).permute(0, 2, 1, 3, 4).reshape(side * side // 4, -1)
    normal = blocks * torch.rsqrt(blocks.pow(2).mean(-1, keepdim=True) + 1e-5) * weights["mlp1.0.weight"]
    hidden = torch.relu(normal @ weights["mlp1.1.weight"].T) ** 2
    return hidden @ weights["mlp1.3.weight"].T


def layout(tokenizer, prompt, rate, indices):
    """The tokens of a window, None where an embedding of a frame stands, and the same as one text."""
    from jinja2 import Environment
    messages = [{"role": "system", "content": tiny.SYSTEM}, {"role": "user", "content": f"<video>\n{prompt}"}]
    text = Environment().from_string(tiny.TEMPLATE).render(
        messages=messages, bos_token="<s>", add_generation_prompt=True)
    before, after = text.split("<video>", 1)
    duration = int(1000.0 / rate)
    pieces = [("\n" if number else "") + f"Frame {number + 1} sampled at {index * duration / 1000.0:.2f} seconds: "
              for number, index in enumerate(indices)]
    opening, closing = tokenizer.token_to_id("<img>"), tokenizer.token_to_id("</img>")
    tokens = list(tokenizer.encode(before, add_special_tokens=False).ids)
    for piece in pieces:
        tokens += tokenizer.encode(piece, add_special_tokens=False).ids + [opening] + [None] * 256 + [closing]
    tokens += tokenizer.encode(after, add_special_tokens=False).ids
    # vLLM takes the text as a whole when it does not find <video> among the tokens; both must be the same.
    whole = before + "".join(f"{piece}<img>{'<image>' * 256}</img>" for piece in pieces) + after
    image = tokenizer.token_to_id("<image>")
    assert tokenizer.encode(whole, add_special_tokens=False).ids == [image if t is None else t for t in tokens]
    return tokens, whole.replace("<image>" * 256, "")


def check_template(llama):
    """llama.cpp has the template of the text model; from the user's message on, ours must agree with it."""
    from jinja2 import Environment
    with open(os.path.join(llama, "models", "templates", "NVIDIA-Nemotron-Nano-v2.jinja")) as file:
        theirs = Environment().from_string(file.read())
    messages = [{"role": "system", "content": "Be brief. /no_think"}, {"role": "user", "content": "<video>\nWhat? "}]
    ours = Environment().from_string(tiny.TEMPLATE)
    texts = [each.render(messages=messages, bos_token="<s>", add_generation_prompt=True) for each in (theirs, ours)]
    tails = [text[text.index("<SPECIAL_11>"):] for text in texts]
    assert tails[0] == tails[1], tails


def run(model, tokenizer, inputs, count):
    """Last logits, and greedy tokens as far as they are certain."""
    first, tokens, end = None, [], {2, 11, tokenizer.token_to_id("<SPECIAL_12>")}
    while True:
        logits = model(inputs_embeds=inputs[None], use_cache=False).logits[0, -1]
        first = logits if first is None else first
        best = logits.topk(2)
        if len(tokens) == count or best.values[0] - best.values[1] < TIE or int(best.indices[0]) in end:
            return first, tokens
        tokens.append(int(best.indices[0]))
        inputs = torch.cat([inputs, model.model.embeddings(best.indices[:1])])


def window(model, tower, weights, tokenizer, rate, indices):
    """One window: its tokens, last logits and greedy tokens."""
    tokens, text = layout(tokenizer, tiny.PROMPT, rate, indices)
    video = torch.cat([embeddings(tower, weights, number) for number in range(len(indices))])
    places = torch.tensor([token is None for token in tokens])
    inputs = model.model.embeddings(torch.tensor([token or 0 for token in tokens]))
    inputs[places] = video
    logits, greedy = run(model, tokenizer, inputs, GREEDY)
    return {"fps": rate, "indices": indices, "text": text, "tokens": [t for t in tokens if t is not None],
            "logits": rounded(logits), "greedy": greedy}


def rounded(values):
    """Numbers short enough to keep in a repository and precise enough for the tolerances."""
    return [round(float(value), 4) for value in values.flatten()]


def codes(stored):
    """The quantised weights of a checkpoint as its file has them."""
    found = {}
    for name, tensor in stored.items():
        if not name.endswith(".weight") or tensor.dtype not in (torch.uint8, torch.float8_e4m3fn):
            continue
        scale, overall = stored[name + "_scale"], stored.get(name + "_scale_2")
        layer, kind = name.split(".")[3], name.split(".")[5]
        ours = {"in_proj": "ssm_in", "out_proj": "ssm_out", "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v",
                "o_proj": "attn_output", "up_proj": "ffn_up", "down_proj": "ffn_down"}[kind]
        heads = {"q_proj": tiny.HEADS, "k_proj": tiny.KV_HEADS}.get(kind, 0)
        found[f"blk.{layer}.{ours}"] = {
            "rows": tensor.shape[0], "heads": heads, "codes": encoded(tensor),
            "blockScales": "" if overall is None else encoded(scale), "scale": float(scale if overall is None else overall)}
    return found


def encoded(tensor):
    return base64.b64encode(tensor.contiguous().view(torch.uint8).numpy().tobytes()).decode()


def convert(folder, output, llama, projector, kind):
    """Runs llama.cpp's own converter in a process of its own; only the name of the pre-tokenizer is told to it."""
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            sys.exit(f"The converter could not write {output}; see above.")
        return
    scripts = os.path.join(HERE, "..", "..", "..", "scripts", "convert")
    sys.path[:0] = [llama, os.path.join(llama, "gguf-py"), os.path.abspath(scripts)]
    import nemotron
    from conversion.base import TextModel
    from conversion.nemotron import NemotronHModel, NemotronNanoV2VLModel
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
    nemotron.keep_fp8(NemotronHModel)
    nemotron.fit(NemotronNanoV2VLModel, folder)
    sys.argv = ["convert_hf_to_gguf.py", folder, "--outfile", output, "--outtype", kind]
    sys.argv += ["--mmproj"] if projector else []
    runpy.run_path(os.path.join(llama, "convert_hf_to_gguf.py"), run_name="__main__")
    if projector:
        nemotron.mend(output, folder)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama", type=os.path.abspath, help="the folder of llama.cpp's sources")
    parser.add_argument("--checkpoint-only", metavar="DIR", help="write a checkpoint into this folder and stop")
    parser.add_argument("--precision", choices=PRECISIONS, default="bf16", help="the type of that checkpoint")
    options = parser.parse_args()
    if options.checkpoint_only:
        tiny.write(options.checkpoint_only, options.precision)
        return
    if not options.llama:
        parser.error("--llama is needed")
    # The converter runs in a fork, where threads of OpenMP that began before it would never answer.
    torch.set_num_threads(1)
    check_template(options.llama)
    goldens = {"prompt": tiny.PROMPT, "types": {}}
    with tempfile.TemporaryDirectory() as place, torch.no_grad():
        for precision in PRECISIONS:
            folder = os.path.join(place, f"shotlist-tiny-nemotron-{precision}")
            tokenizer, stored, weights = tiny.write(folder, precision)
            model = language_model(weights, tokenizer.get_vocab_size())
            tower = vision_tower(weights)
            words = tokenizer.encode(tiny.SYSTEM + " " + tiny.PROMPT, add_special_tokens=False).ids
            plain = model(input_ids=torch.tensor([words]), use_cache=False).logits[0, -1]
            goldens["types"][precision] = {
                "text": {"tokens": words, "logits": rounded(plain)}, "weights": codes(stored),
                "windows": [window(model, tower, weights, tokenizer, *each) for each in WINDOWS]}
            for each in goldens["types"][precision]["windows"]:
                print(precision, each["fps"], "greedy", each["greedy"], "logits std", np.std(each["logits"]).round(3))
            convert(folder, os.path.join(HERE, f"nemotron-text-{precision}.gguf"), options.llama, False, "bf16")
            if precision == "bf16":
                convert(folder, os.path.join(HERE, "nemotron-text-f32.gguf"), options.llama, False, "f32")
                convert(folder, os.path.join(HERE, "nemotron-mmproj.gguf"), options.llama, True, "f16")
                goldens["vision"] = [{"frame": index, "embeddings": rounded(embeddings(tower, weights, index))}
                                     for index in (0, 3)]
                goldens["layouts"] = [
                    {"prompt": prompt, "fps": rate, "indices": indices, "text": layout(tokenizer, prompt, rate, indices)[1]}
                    for prompt in (tiny.PROMPT, "  Two lines.\nOf words /no_think  ", "")
                    for rate, indices in [*WINDOWS, (1000 / 3, [0, 1, 7]), (0.4, [2, 9])]]
                # Without tokenizers' own parsing of special tokens, which a user's words never get.
                bare = tiny.make_tokenizer()
                parts = bare.pre_tokenizer.pre_tokenize_str(f"\n{tiny.HOSTILE}\n")
                goldens["hostile"] = {"prompt": tiny.HOSTILE, "tokens": [
                    token.id for part, _ in parts for token in bare.model.tokenize(part)]}
    with open(os.path.join(HERE, "nemotron-goldens.json"), "w") as file:
        json.dump(goldens, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
