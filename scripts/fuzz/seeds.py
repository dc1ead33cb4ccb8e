"""Makes the small sound files that fuzzing begins with.

usage: seeds.py FOOTAGE FOLDER

FOLDER/TARGET gets them; what is there already stays. Media are cut out of the real footage with ffmpeg: eight pictures of
64x48 in every container and some codecs. The rest is written here, by the formats' own descriptions.
"""

import json
import pathlib
import sqlite3
import struct
import subprocess
import sys

MEDIA = {
    "h264.mp4": ["-c:v", "libx264", "-bf", "2"], "fragments.mp4": ["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"],
    "mpeg4.mov": ["-c:v", "mpeg4"], "hevc.mkv": ["-c:v", "libx265", "-x265-params", "log-level=none"],
    "vp8.webm": ["-c:v", "libvpx"], "vp9.webm": ["-c:v", "libvpx-vp9"], "mjpeg.avi": ["-c:v", "mjpeg"],
    "mpeg4.avi": ["-c:v", "mpeg4", "-bf", "2"], "h264.ts": ["-c:v", "libx264"], "mpeg2.mpg": ["-c:v", "mpeg2video"],
    "h264.flv": ["-c:v", "libx264"], "ffv1.mkv": ["-c:v", "ffv1"], "h264.h264": ["-c:v", "libx264"],
}
KEYS = {
    "block_count": 2, "context_length": 4096, "embedding_length": 64, "feed_forward_length": 128, "attention.head_count": 4,
    "attention.head_count_kv": 2, "ssm.inner_size": 8, "ssm.state_size": 4, "ssm.group_count": 1, "ssm.conv_kernel": 4,
}
VISION = {
    "embedding_length": 64, "feed_forward_length": 128, "patch_size": 14, "projection_dim": 64, "spatial_merge_size": 2,
    "image_size": 512, "n_wa_pattern": 1,
}
HASH, COMMIT = "ab" * 32, "cd" * 20


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(architecture, keys, lists=()):
    """A GGUF file, version 3, as ggml's docs/gguf.md has it: keys, one tensor of eight numbers."""
    rows = [text("general.architecture") + struct.pack("<I", 8) + text(architecture)]
    rows += [text(key) + struct.pack("<II", 4, value) for key, value in keys.items()]
    rows += [text(key) + struct.pack("<IIQ", 9, 5, len(values)) + struct.pack(f"<{len(values)}i", *values) for key, values in lists]
    data = b"GGUF" + struct.pack("<IQQ", 3, 1, len(rows)) + b"".join(rows)
    data += text("token_embd.weight") + struct.pack("<IQIQ", 1, 8, 0, 0)
    return data + bytes(-len(data) % 32) + bytes(32)


def chosen(number, value):
    return bytes([number]) + (value if isinstance(value, bytes) else json.dumps(value).encode())


def answer(**changes):
    choice = {"index": 0, "message": {"role": "assistant", "content": "A bicycle."}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 40, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 7}}
    return {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage} | changes


def window():
    return {
        "start_frame": 0, "end_frame": 255, "status": "success", "qwen_caption": "A bicycle.", "settings": HASH,
        "finish_reason": "stop", "model_id": "qwen", "model_revision": "1", "prompt_hash": HASH, "prompt_tokens": 40,
        "reused_prompt_tokens": 7, "output_tokens": 9, "seconds": 1.5, "attempts": 1, "flags": ["repeating"],
        "discarded_tokens": {"prompt_tokens": 9, "computed_prompt_tokens": 4, "output_tokens": 1},
        "frame_indices": [0, 16], "effective_fps": 2.0, "resized_width": 644, "resized_height": 280,
        "enhancement_status": "error", "enhancement_prompt_hash": HASH, "named_captions": {"tags": {"status": "success"}},
    }


def clip():
    return {
        "span_uuid": "00000000-0000-4000-8000-000000000000", "source_video": "a.mp4", "duration_span": [0.0, 10.0],
        "source_start_frame": 0, "source_num_frames": 300, "status": "success", "windows": [window()],
        "settings": {"plan": HASH, "clip_file": HASH, "previews": HASH}, "num_bytes": 9, "width": 64, "height": 48,
        "framerate": 25.0, "num_frames": 300, "video_codec": "h264", "warnings": {"a": "b"},
    }


def packed():
    return {
        "o": [{"m": "qwen", "r": "1", "h": HASH}], "c": {"qwen": "A bicycle."}, "r": {"n": [40, 9, 30, 7], "t": [1.5, 0.5]},
        "i": {"f": [0, 16], "r": 2.0, "s": [644, 280]}, "x": {"s": "error", "h": HASH}, "f": ["repeating"],
        "n": {"tags": {"v": "qwen", "c": "a, b", "r": {"n": [1], "t": [1]}}}, "a": {"v": "qwen", "s": "truncated"},
    }


def model_files(root):
    """The example of docs/models.md, and another."""
    page = (root / "docs/models.md").read_text()
    example = page.split("```yaml\n", 1)[1].split("```", 1)[0]
    wheel = f"{{name: w, kind: text, architecture: smollm2, parameters: {{text: 5}},\n source: {{wheel: {{package: p, version: 1.0, sha256: {HASH}, file: a/b.gguf}}}}}}\n"
    return {"vision.yaml": example.encode(), "wheel.yaml": wheel.encode()}


def ledger(path, root):
    """A ledger as the program makes one: its tables, without rows that only a run can write."""
    source = (root / "Sources/ShotlistLedger/Storage/LedgerSchema.swift").read_text()
    number = lambda name: int(source.split(f"{name}", 1)[1].split("=", 1)[1].split()[0].replace("_", ""), 0)
    statements = source.split('"""', 2)[1]
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript(statements)
        database.execute(f"PRAGMA application_id = {number('let applicationID')}")
        database.execute(f"PRAGMA user_version = {number('let version')}")
    database.close()


def written(root):
    header = json.dumps({"model.embed_tokens.weight": {"dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32]}}).encode()
    tree = [
        {"type": "file", "path": "config.json", "oid": COMMIT, "size": 12},
        {"type": "file", "path": "a/b.safetensors", "oid": COMMIT, "size": 1, "lfs": {"oid": HASH, "size": 1 << 33}},
    ]
    manifest = {
        "format": 1, "source": "Owner/Name", "revision": COMMIT, "asked": ["main"], "patterns": ["*"],
        "files": [{"path": "config.json", "size": 12, "git_oid": COMMIT}],
    }
    prepared = {"model": "a/b", "revision": COMMIT, "asked": "main", "precision": "bf16", "converter": "1", "size": 1}
    models = {"object": "list", "data": [{"id": "qwen", "owned_by": "vllm", "root": "a", "max_model_len": 32768}]}
    facts = {"modalities": {"vision": True, "video": False}, "default_generation_settings": {"n_ctx": 4096}}
    index = {"weight_map": {"model.embed_tokens.weight": "model.safetensors"}}
    tokenizer = {"model": {"vocab": {"a": 0, "b": 3}}, "added_tokens": [{"id": 2}]}
    names = "model-00001-of-00002.safetensors\nmodel-00002-of-00002.safetensors\ntokenizer.json"
    return {
        "gguf": {
            "text.gguf": gguf("qwen2vl", {f"qwen2vl.{k}": v for k, v in KEYS.items()}),
            "lists.gguf": gguf("nemotron_h", {f"nemotron_h.{k}": v for k, v in KEYS.items() if "kv" not in k},
                               [("nemotron_h.attention.head_count_kv", [0, 2])]),
            "clip.gguf": gguf("clip", {f"clip.vision.{k}": v for k, v in VISION.items()}),
        },
        "checkpoint": {
            "weights": chosen(0, struct.pack("<Q", len(header)) + header + bytes(32)), "index": chosen(1, index),
            "tokenizer": chosen(2, tokenizer), "config": chosen(3, {"architectures": ["Qwen2ForCausalLM"]}),
        },
        "hub": {
            "revision": chosen(0, {"id": "Owner/Name", "sha": COMMIT}), "tree": chosen(1, tree),
            "link": chosen(2, b'<https://hub.example/api?cursor=a%3D>; rel="next"'), "range": chosen(2, b"bytes 0-9/10"),
            "endpoint": chosen(2, b"http://127.0.0.1:8080"), "manifest": chosen(3, manifest),
            "prepared": chosen(4, prepared), "names": chosen(5, names.encode()),
        },
        "yaml": model_files(root),
        "server": {
            "models": chosen(0, models), "facts": chosen(1, facts), "seconds": chosen(2, b"120"),
            "date": chosen(2, b"Wed, 21 Oct 2026 07:28:00 GMT"), "log": chosen(3, b"\x1b[31mERROR\x1b[0m no memory"),
            "answer": chosen(22, answer()), "length": chosen(23, answer(usage=None)),
            "error": chosen(14, {"error": {"message": "maximum context length is 4096", "code": "content_filter"}}),
            "detail": chosen(15, {"detail": [{"msg": "a-key-that-is-secret"}]}),
        },
        "endpoints": {
            "list": b"# servers\nhttp://gpu1:8000\nhttps://gpu2.example/v1  # the other\r\n", "ip": b"http://127.0.0.1:8000",
            "six": b"http://[::1]:8000/v1", "proxy": b"http://me:pass%20word@proxy:3128", "socks": b"socks5://127.0.0.1:1080",
        },
        "records": {"clip": chosen(0, clip()), "packed": chosen(1, packed())},
        "text": {"plain": b"A line.\nAnother.", "codes": "\x1b[31m\u202e\x00\"\\".encode(), "hex": b"00ff"},
    }


def media(footage, folder):
    folder.mkdir(parents=True, exist_ok=True)
    source = sorted(footage.glob("*.mp4"))[0]
    for name, flags in MEDIA.items():
        path = folder / name
        if path.exists():
            continue
        part = folder.parent / f"part-{name}"
        command = [
            "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", str(source), "-an", "-frames:v", "8", "-vf",
            "scale=64:48", "-threads", "1", "-pix_fmt", "yuvj420p" if "mjpeg" in name else "yuv420p", *flags,
            "-fflags", "+bitexact", "-flags:v", "+bitexact", str(part),
        ]
        if subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0:
            part.rename(path)
        else:
            part.unlink(missing_ok=True)
            print(f"fuzz: this ffmpeg makes no {name}; fuzzing goes on without it", file=sys.stderr)


def main():
    footage, folder = map(pathlib.Path, sys.argv[1:3])
    root = pathlib.Path(__file__).parents[2]
    for target, files in written(root).items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / target / name).write_bytes(data)
    (folder / "ledger").mkdir(parents=True, exist_ok=True)
    ledger(folder / "ledger" / "empty.sqlite", root)
    media(footage, folder / "media")


if __name__ == "__main__":
    main()
