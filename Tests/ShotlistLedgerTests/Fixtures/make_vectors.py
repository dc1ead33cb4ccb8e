#!/usr/bin/env python3
"""Write vectors.json: digests of sources and keys of settings, by their definitions and not by Shotlist's code.

usage: make_vectors.py > vectors.json
"""
import hashlib
import json

MIB = 1 << 20
PIECE = 16 << 10
PIECES = 62
WHOLE = 2 * MIB + PIECES * PIECE


def content(size):
    """The bytes of a test's file: no two pieces of it are alike."""
    return bytes((i * 31 + i // 251 * 7 + i // 65536) % 256 for i in range(size))


def digest(data):
    """SourceFingerprint's definition."""
    size = len(data)
    text = hashlib.sha256(b"%d " % size)
    if size <= WHOLE:
        text.update(data)
        return text.hexdigest()
    gap = (size - WHOLE) // (PIECES + 1)
    text.update(data[:MIB])
    for index in range(PIECES):
        start = MIB + index * PIECE + gap * (index + 1)
        text.update(data[start:start + PIECE])
    text.update(data[size - MIB:])
    return text.hexdigest()


def key(settings):
    """WorkKey's definition: canonical JSON, hashed."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"json": text, "hash": hashlib.sha256(text.encode()).hexdigest()}


def main():
    sizes = [0, 5, WHOLE, WHOLE + 1, 5_000_011]
    captions = {
        "rules": 1, "variant": "qwen",
        "model": {"id": "Qwen/Qwen2.5-VL-7B-Instruct", "revision": "abc", "precision": "q8_0"},
        "prompt": "Say what \"is\" seen/heard:\nü 🎬",
        "sampling": {
            "temperature": 0.1, "topP": 0.001, "repetitionPenalty": 1.05, "seed": 0, "stops": ["</s>"]},
        "maxOutputTokens": 512, "samplingFPS": 2, "seed": 7, "retries": 1,
        "frameSizing": {"smart": {"_0": {
            "factor": 28, "minimumPixels": 100352, "maximumPixels": 602112, "totalPixels": 19267584}}},
        "namedPrompts": [{"name": "mood", "text": "Mood?"}, {"name": "tags", "text": "Tags?"}],
    }
    vectors = {
        "fingerprints": [{"size": size, "digest": digest(content(size))} for size in sizes],
        "captions": key(captions),
        "previews": key({"rules": 1, "targetFPS": 1, "targetHeight": 240, "compressionLevel": 6, "quality": 50}),
        "clipFiles": key({"rules": 1, "encoder": "libx264"}),
        "plan": key({"rules": 1, "splitting": "fixed_stride", "clipLength": 10, "clipStride": 10, "leastSeconds": 0.5,
                     "windowSize": 256, "remainderThreshold": 128}),
    }
    print(json.dumps(vectors, indent=2, sort_keys=True, ensure_ascii=False))


main()
