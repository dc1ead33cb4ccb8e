"""Writes a checkpoint as a Hugging Face folder (Qwen2.5-VL) and as two GGUF files made by llama.cpp's converter."""

import argparse
import hashlib
import json
import os
import runpy
import shutil
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from model import IMAGE_MEAN, IMAGE_STD, TEXT, VISION, DemoModel
from tokens import SPECIALS

FILES = ("demo-text-f16.gguf", "demo-mmproj-f16.gguf")
MIN_PIXELS, MAX_PIXELS = 7056, 12544


def config(vocabulary, special):
    """The `config.json` of the reference architecture."""
    return {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl", "dtype": "float32",
        "vocab_size": vocabulary, "hidden_size": TEXT["hidden"], "intermediate_size": TEXT["inner"],
        "num_hidden_layers": TEXT["layers"], "num_attention_heads": TEXT["heads"],
        "num_key_value_heads": TEXT["kv_heads"], "hidden_act": "silu", "max_position_embeddings": 4096,
        "rms_norm_eps": 1e-6, "rope_theta": TEXT["theta"], "tie_word_embeddings": True, "use_sliding_window": False,
        "rope_scaling": {"type": "mrope", "mrope_section": list(TEXT["sections"])},
        "bos_token_id": special["<|endoftext|>"], "eos_token_id": special["<|im_end|>"],
        "vision_start_token_id": special["<|vision_start|>"], "vision_end_token_id": special["<|vision_end|>"],
        "image_token_id": special["<|image_pad|>"], "video_token_id": special["<|video_pad|>"],
        "vision_config": {
            "model_type": "qwen2_5_vl", "depth": VISION["depth"], "hidden_size": VISION["hidden"], "hidden_act": "silu",
            "intermediate_size": VISION["inner"], "num_heads": VISION["heads"], "in_channels": 3, "in_chans": 3,
            "out_hidden_size": TEXT["hidden"], "patch_size": VISION["patch"], "spatial_patch_size": VISION["patch"],
            "spatial_merge_size": VISION["merge"], "temporal_patch_size": VISION["temporal"], "tokens_per_second": 2,
            "window_size": VISION["window"], "fullatt_block_indexes": list(VISION["full"])},
    }


def state_under_reference_names(model):
    """Tensors named as Qwen2.5-VL checkpoints name them; the patch embedding gets its 3-D kernel shape back."""
    out = {}
    for name, value in model.state_dict().items():
        value = value.detach().float().contiguous().clone()
        if name == "visual.patch_embed.proj.weight":
            value = value.view(VISION["hidden"], 3, VISION["temporal"], VISION["patch"], VISION["patch"])
        out[name.replace("language_model.", "model.", 1)] = value
    return out


def write_json(folder, name, value):
    """One JSON file."""
    with open(os.path.join(folder, name), "w") as file:
        json.dump(value, file, indent=1)


def write_hugging_face(model, tokenizer_path, folder):
    """Everything transformers and the converter read."""
    os.makedirs(folder, exist_ok=True)
    tokenizer = Tokenizer.from_file(tokenizer_path)
    special = {name: tokenizer.token_to_id(name) for name in SPECIALS}
    save_file(state_under_reference_names(model), os.path.join(folder, "model.safetensors"), {"format": "pt"})
    write_json(folder, "config.json", config(tokenizer.get_vocab_size(), special))
    write_json(folder, "preprocessor_config.json", {
        "image_processor_type": "Qwen2VLImageProcessor", "image_mean": IMAGE_MEAN, "image_std": IMAGE_STD,
        "patch_size": VISION["patch"], "temporal_patch_size": VISION["temporal"], "merge_size": VISION["merge"],
        "min_pixels": MIN_PIXELS, "max_pixels": MAX_PIXELS})
    write_json(folder, "generation_config.json", {"do_sample": False, "eos_token_id": [special["<|im_end|>"],
                                                                                       special["<|endoftext|>"]]})
    shutil.copy(tokenizer_path, os.path.join(folder, "tokenizer.json"))
    write_json(folder, "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": False, "model_max_length": 4096,
        "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"})


def convert(folder, output, llama, projector):
    """Run llama.cpp's own converter, told that our tokeniser is no sentencepiece and splits text as Qwen2's does."""
    def none_here(self):
        raise FileNotFoundError
    sys.path[:0] = [llama, os.path.join(llama, "gguf-py")]
    from conversion.base import TextModel
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
    TextModel._set_vocab_sentencepiece = none_here
    sys.argv = ["convert_hf_to_gguf.py", folder, "--outfile", output, "--outtype", "f16"]
    sys.argv += ["--mmproj"] if projector else []
    runpy.run_path(os.path.join(llama, "convert_hf_to_gguf.py"), run_name="__main__")


def write_facts(out, checkpoint):
    """`model.json`: what a program must know of the files."""
    progress = torch.load(checkpoint, weights_only=True)["progress"]
    files = {}
    for name in FILES:
        with open(os.path.join(out, name), "rb") as file:
            data = file.read()
        files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    write_json(out, "model.json", {
        "name": "shotlist/demo", "architecture": "qwen2_5_vl", "license": "Apache-2.0", "min_pixels": MIN_PIXELS,
        "max_pixels": MAX_PIXELS, "factor": 28, "frames": [4, 40], "effective_fps": [0.5, 4],
        "sampling": {"temperature": 0, "repetition_penalty": 1}, "stop": ["<|im_end|>", "<|endoftext|>"],
        "training": {"steps": progress[0], "clips": progress[1]}, "files": files})


def load_model(folder, name="checkpoint.pt"):
    """The model of a training folder's checkpoint, without its heads, in evaluation mode."""
    model = DemoModel(Tokenizer.from_file(os.path.join(folder, "tokenizer.json")).get_vocab_size())
    state = torch.load(os.path.join(folder, name), weights_only=True, map_location="cpu")["learner"]
    model.load_state_dict({k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")})
    model.visual.basis = torch.from_numpy(np.load(os.path.join(folder, "basis.npy")))
    model.visual.fold_basis()
    return model.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="the training folder")
    parser.add_argument("--llama", required=True, help="llama.cpp's source folder")
    parser.add_argument("--out", required=True, help="folder for demo-text-f16.gguf and demo-mmproj-f16.gguf")
    options = parser.parse_args()
    tokenizer_path = os.path.join(options.folder, "tokenizer.json")
    model = load_model(options.folder)
    hugging_face = os.path.join(options.folder, "hf")
    write_hugging_face(model, tokenizer_path, hugging_face)
    os.makedirs(options.out, exist_ok=True)
    for name, projector in zip(FILES, (False, True)):
        child = os.fork()
        if child == 0:
            convert(hugging_face, os.path.join(options.out, name), os.path.abspath(options.llama), projector)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"The converter could not write {name}: see its message above.")
    write_facts(options.out, os.path.join(options.folder, "checkpoint.pt"))


if __name__ == "__main__":
    main()
