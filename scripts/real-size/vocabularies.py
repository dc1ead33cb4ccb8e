"""Vocabularies of the real sizes, from those that llama.cpp keeps for its own tests."""
import re

from gguf import GGUFReader, TokenType

QWEN = {151643: "<|endoftext|>", 151644: "<|im_start|>", 151645: "<|im_end|>", 151646: "<|object_ref_start|>",
        151647: "<|object_ref_end|>", 151648: "<|box_start|>", 151649: "<|box_end|>", 151650: "<|quad_start|>",
        151651: "<|quad_end|>", 151652: "<|vision_start|>", 151653: "<|vision_end|>", 151654: "<|vision_pad|>",
        151655: "<|image_pad|>", 151656: "<|video_pad|>"}
# Nemotron's own vocabulary is not among them. Llama 3's has nearly the size; the tokens that Nemotron's chat and its
# frames are written with come after it.
NEMOTRON = ["<unk>", "<s>", "</s>", "<|endoftext|>", "<image>", "<img>", "</img>", "<video>", "<quad>", "</quad>",
            "<ref>", "</ref>", "<box>", "</box>", "<think>", "</think>"] + [f"<SPECIAL_{n}>" for n in range(10, 30)]


def read(llama, name):
    fields = GGUFReader(str(llama / "models" / f"ggml-vocab-{name}.gguf")).fields
    return {key: fields[f"tokenizer.ggml.{key}"].contents() for key in ("pre", "tokens", "token_type", "merges")}


def add(writer, vocabulary, size, specials, end, begin, template=None):
    """Writes the tokenizer's keys; `specials` go to their ids, and ids that nothing has are unused."""
    tokens, types = vocabulary["tokens"][:size], vocabulary["token_type"][:size]
    for number in range(len(tokens), size):
        tokens.append(f"[PAD{number}]")
        types.append(int(TokenType.UNUSED))
    for number, token in specials.items():
        tokens[number] = token
        types[number] = int(TokenType.CONTROL)
    ids = {token: number for number, token in specials.items()}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary["pre"])
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(vocabulary["merges"])
    writer.add_eos_token_id(ids[end])
    writer.add_bos_token_id(ids[begin])
    writer.add_pad_token_id(ids[begin])
    writer.add_add_bos_token(False)
    if template:
        writer.add_chat_template(template)


def add_qwen(writer, llama, size):
    template = (llama / "models/templates/Qwen-Qwen2.5-7B-Instruct.jinja").read_text()
    add(writer, read(llama, "qwen2"), size, QWEN, end="<|im_end|>", begin="<|endoftext|>", template=template)


def add_short_qwen(writer, llama, size):
    """The first tokens of Qwen's vocabulary, with its special tokens after them: `size` in all.

    Tells which tokens are not words of English letters with a space before them. A row of such words is cut into the same
    tokens again, as a caption in a language is.
    """
    vocabulary = read(llama, "qwen2")
    first = size - len(QWEN)
    tokens = vocabulary["tokens"][:first]
    known = set(tokens)
    short = {"pre": vocabulary["pre"], "tokens": tokens, "token_type": vocabulary["token_type"][:first],
             "merges": [merge for merge in vocabulary["merges"] if merge.replace(" ", "") in known]}
    template = (llama / "models/templates/Qwen-Qwen2.5-7B-Instruct.jinja").read_text()
    specials = {first + index: token for index, token in enumerate(QWEN.values())}
    add(writer, short, size, specials, end="<|im_end|>", begin="<|endoftext|>", template=template)
    # In this alphabet of bytes a space is written so.
    return [number for number, token in enumerate(short["tokens"])
            if not re.fullmatch("\u0120[A-Za-z]{2,}", token)]


def add_nemotron(writer, llama, size):
    vocabulary = read(llama, "llama-bpe")
    first = len(vocabulary["tokens"])
    specials = {first + index: token for index, token in enumerate(NEMOTRON)}
    template = (llama / "models/templates/NVIDIA-Nemotron-Nano-v2.jinja").read_text()
    add(writer, vocabulary, size, specials, end="<SPECIAL_12>", begin="<s>", template=template)
