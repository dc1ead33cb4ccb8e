#!/usr/bin/env python3
"""Counts how often llama-server gives a window the caption that the embedded engine gives it, with the demo model.

usage: scripts/fleet-agreement.py [SECONDS]

The real footage is cut into clips of SECONDS (0.4 if left out), a window each, and captioned twice: in the process, and by a
llama-server of the same llama.cpp. The server is sent the frames as JPEG, one picture each, and cannot pair them, so that the
model sees other tokens; see docs/fleets.md. It needs what `make test` needs.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPS = pathlib.Path(os.environ.get("SHOTLIST_DEPS", ROOT / ".deps"))
MODEL = ROOT / "Models" / "demo"


def captions(output, seconds, *engine):
    """The captions of a run, by clip and window."""
    command = [ROOT / ".build/release/shotlist", "run", "--video-dir", DEPS / "footage", "--output-path", output,
               "--captioning-algorithm", "demo", "--generate-captions", "--fixed-stride-split-duration", seconds,
               "--fixed-stride-min-clip-length-s", "0.2", "--no-upload-clips", *engine]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, env=environment, timeout=900)
    found = {}
    for path in sorted((output / "metas" / "v0").glob("*.json")):
        for window in json.loads(path.read_text())["windows"]:
            found[path.stem, window["start_frame"]] = window["demo_caption"]
    return found


def start(log):
    """A llama-server, and its address when it can be asked."""
    command = [DEPS / "llama-peers/bin/llama-server", "-m", MODEL / "demo-text-f16.gguf", "--mmproj",
               MODEL / "demo-mmproj-f16.gguf", "-np", 2, "-t", 1, "-c", 8192, "-fit", "off", "--no-webui", "--host", "127.0.0.1",
               "--port", 0]
    server = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    for _ in range(600):
        found = re.search(r"listening on (http://\S+)\s", pathlib.Path(log.name).read_text(errors="replace"))
        if found:
            return server, found[1]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    server.kill()
    sys.exit(f"fleet-agreement: llama-server did not start: {pathlib.Path(log.name).read_text(errors='replace')[-1000:]}")


def main():
    seconds = sys.argv[1] if len(sys.argv) > 1 else "0.4"
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as log:
        embedded = captions(pathlib.Path(folder) / "embedded", seconds)
        server, address = start(log)
        try:
            served = captions(pathlib.Path(folder) / "served", seconds, "--engine", "openai", "--endpoint", address)
        finally:
            server.kill()
            server.wait()
    if embedded.keys() != served.keys():
        sys.exit("fleet-agreement: the two runs have different windows.")
    # A caption of the demo model is some sentences, each about one thing.
    pairs = [(sentence in served[name], sentence) for name, text in embedded.items() for sentence in text.split(". ")]
    print(f"{sum(embedded[name] == served[name] for name in embedded)} of {len(embedded)} captions equal, "
          f"{sum(same for same, _ in pairs)} of {len(pairs)} sentences")


main()
