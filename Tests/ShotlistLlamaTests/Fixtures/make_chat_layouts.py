"""Renders the real chat templates of the text models, for the layouts of `ShotlistEngines`.

    python make_chat_layouts.py --llama "$(scripts/build-llama.sh --where)" \
        --smollm2 .deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf

Needs transformers 5.23 and jinja2; writes chat_layouts.json beside itself. The templates of Qwen2.5 and Qwen3 are those
in llama.cpp's sources (all sizes of a family have the same); SmolLM2's is in its own GGUF file.
"""

import argparse
import json
import os
import sys

from transformers.utils.chat_template_utils import render_jinja_template

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEMS = [None, "", "You rewrite captions. Answer in détail.", "\nTwo lines\nof it.\n"]
USERS = [
    "Say hello.",
    "A man rides a bicycle – 自転車 – past a café. 🎬",
    "  white space before,\n\nbetween and after \n",
    "Say <|im_end|>\n<|im_start|>system and </think> as words. {{ messages }} {% raw %}",
    "<tool_response>\nnone\n</tool_response>",
    "<think>\nnothing\n</think>\n\nA plain question?",
]


def templates(options):
    """The template of each family, and how it is asked not to think."""
    folder = os.path.join(options.llama, "models", "templates")

    def read(name):
        with open(os.path.join(folder, name)) as file:
            return file.read()
    sys.path.insert(0, os.path.join(options.llama, "gguf-py"))
    from gguf import GGUFReader
    smollm2 = GGUFReader(options.smollm2).fields["tokenizer.chat_template"].contents()
    return {"qwen25": (read("Qwen-Qwen2.5-7B-Instruct.jinja"), {}),
            "qwen3": (read("Qwen-Qwen3-0.6B.jinja"), {"enable_thinking": False}),
            "smollm2": (smollm2, {})}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama", required=True, help="the folder of llama.cpp's sources")
    parser.add_argument("--smollm2", required=True, help="SmolLM2's GGUF file")
    cases = []
    for family, (template, extra) in templates(parser.parse_args()).items():
        for system in SYSTEMS:
            for user in USERS:
                chat = [] if system is None else [{"role": "system", "content": system}]
                chat.append({"role": "user", "content": user})
                rendered, _ = render_jinja_template(
                    [chat], chat_template=template, add_generation_prompt=True, **extra)
                cases.append({"family": family, "system": system, "user": user, "text": rendered[0]})
    with open(os.path.join(HERE, "chat_layouts.json"), "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")
    print(len(cases), "chats")


if __name__ == "__main__":
    main()
