"""Converts a checkpoint of the hub's format (safetensors) to a GGUF file with llama.cpp's own converter.

    convert.py --llama SOURCES --checkpoint DIR --output FILE --type bf16|f16|f32|q8_0
               [--projector] [--fp8-as-q8] [--pre-tokenizer NAME]

SOURCES is the folder of llama.cpp, with convert_hf_to_gguf.py in it. The file appears under its name only when it is
whole. Standard output has one JSON object a line: {"stage": ..., "done": BYTES, "total": BYTES}, and when it fails
{"error": CODE, "message": ...} as the last one, where CODE is unknown_tokenizer, unsupported, disk_full or failed.

What differs from running the converter by hand: no code of the checkpoint is run (the converter asks transformers to
trust it), nothing is asked of the network, and the projector of Nemotron Nano v2 VL is mended (see nemotron.py).
"""

import argparse
import errno
import json
import os
import runpy
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PAUSE = 0.25


def tell(**values):
    """One line for the program that waits; when it has gone, this ends too."""
    print(json.dumps(values), flush=True)


class Progress:
    """What the converter shows as a bar (tqdm), as lines."""

    def __init__(self, *_, total=None, **__):
        self.done, self.total, self.told = 0, total or 0, 0.0

    def update(self, count=1):
        """More bytes are written."""
        self.done += count
        if time.monotonic() - self.told >= PAUSE or self.done >= self.total:
            self.told = time.monotonic()
            tell(stage="write", done=int(self.done), total=int(self.total))

    def set_description(self, *_, **__):
        """Nothing to show."""

    def reset(self, total=None):
        """Another file begins."""
        self.done, self.total = 0, total or self.total

    def close(self):
        """Nothing to free."""


class UnknownTokenizer(Exception):
    """The converter does not know how the model's tokenizer splits text, and no name was given."""


def set_up(sources, pre_tokenizer):
    """Loads the converter and changes in it what the head of this file says."""
    sys.path[:0] = [sources, os.path.join(sources, "gguf-py"), HERE]
    import tqdm
    tqdm.tqdm = Progress
    import transformers
    from conversion.base import TextModel

    trusting = transformers.AutoTokenizer.from_pretrained

    def untrusting(folder, *arguments, **options):
        options["trust_remote_code"] = False
        try:
            return trusting(folder, *arguments, **options)
        except (ValueError, KeyError, OSError):
            # The tokenizer's own file is enough; what failed is the model's configuration, which may need its code.
            return transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained = untrusting

    known = TextModel.get_vocab_base_pre

    def named(self, tokenizer):
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            if pre_tokenizer:
                return pre_tokenizer
            raise UnknownTokenizer from None
    TextModel.get_vocab_base_pre = named


def is_nemotron(checkpoint):
    """Whether this is Nemotron Nano v2 VL, whose projector the converter writes wrong."""
    with open(os.path.join(checkpoint, "config.json"), encoding="utf-8") as file:
        names = json.load(file).get("architectures") or []
    return any(name.startswith("NemotronH_Nano_VL") for name in names)


def convert(options, output):
    """Runs the converter; its own messages go to standard error."""
    set_up(options.llama, options.pre_tokenizer)
    sys.argv = ["convert_hf_to_gguf.py", options.checkpoint, "--outfile", output, "--outtype", options.type]
    sys.argv += ["--mmproj"] if options.projector else []
    sys.argv += ["--fp8-as-q8"] if options.fp8_as_q8 else []
    mends = options.projector and is_nemotron(options.checkpoint)
    if is_nemotron(options.checkpoint):
        import nemotron
        from conversion.nemotron import NemotronHModel, NemotronNanoV2VLModel
        nemotron.keep_fp8(NemotronHModel)
    if mends:
        nemotron.fit(NemotronNanoV2VLModel, options.checkpoint)
    try:
        runpy.run_path(os.path.join(options.llama, "convert_hf_to_gguf.py"), run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise NotImplementedError("the converter does not know this architecture") from end
    if mends:
        tell(stage="mend", done=0, total=1)
        nemotron.mend(output, options.checkpoint)


def finish(part, output):
    """Brings the file to the disk and gives it its name."""
    tell(stage="finish", done=0, total=1)
    with open(part, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(part, output)
    tell(stage="finish", done=1, total=1)


def failure(error):
    """The code and the sentence of what went wrong."""
    if isinstance(error, UnknownTokenizer):
        return "unknown_tokenizer", "the converter does not know how this tokenizer splits text"
    if isinstance(error, NotImplementedError):
        return "unsupported", str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk_full", str(error)
    return "failed", f"{type(error).__name__}: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama", required=True, type=os.path.abspath, help="the folder of llama.cpp's sources")
    parser.add_argument("--checkpoint", required=True, type=os.path.abspath, help="the folder of the checkpoint")
    parser.add_argument("--output", required=True, type=os.path.abspath, help="the GGUF file to write")
    parser.add_argument("--type", required=True, choices=["bf16", "f16", "f32", "q8_0"])
    parser.add_argument("--projector", action="store_true", help="the vision tower, not the text model")
    parser.add_argument("--fp8-as-q8", action="store_true", help="keep what is FP8 in 8 bits")
    parser.add_argument("--pre-tokenizer", help="how a tokenizer that the converter does not know splits text")
    options = parser.parse_args()
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    os.environ.pop("HF_TOKEN", None)
    part = options.output + ".part"
    tell(stage="load", done=0, total=1)
    try:
        convert(options, part)
        finish(part, options.output)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # whatever the converter raises becomes one line for the program that waits
        code, message = failure(error)
        tell(error=code, message=message)
        raise
    finally:
        if os.path.exists(part):
            os.unlink(part)


if __name__ == "__main__":
    main()
