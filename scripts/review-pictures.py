#!/usr/bin/env python3
"""Takes the pictures of docs/review.md and docs/export.md: of the demo's output, in a real browser.

usage: scripts/review-pictures.py [OUTPUT]   (after `make demo browser`; OUTPUT is shotlist-out)

The output is copied first, so that what is edited for a picture stays out of it.
"""

import base64
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/shotlist"
PICTURES = ROOT / "docs/pictures"
DRIVER = "http://127.0.0.1:20817"


def ask(method, path, body=None):
    """What the browser's driver answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(DRIVER + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["value"]


class Page:
    """A window of a browser."""

    def __init__(self, width, height):
        options = {"args": ["--headless=new", "--no-sandbox", f"--window-size={width},{height}", "--hide-scrollbars"]}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self.path = "/session/" + ask("POST", "/session", wanted)["sessionId"]

    def open(self, address):
        ask("POST", self.path + "/url", {"url": address})

    def run(self, script):
        return ask("POST", self.path + "/execute/sync", {"script": script, "args": []})

    def wait(self, condition):
        for _ in range(300):
            if self.run(f"return Boolean({condition})"):
                return
            time.sleep(0.1)
        raise SystemExit(f"review-pictures: this did not come about: {condition}")

    def keys(self, text):
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        ask("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def keep(self, name):
        # Previews and frames move and come in; a moment, so that none is half there.
        time.sleep(1.5)
        # 256 colours are a third of the bytes, and nobody sees it.
        reduced = subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "png_pipe", "-i", "-", "-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse",
             "-f", "image2pipe", "-c:v", "png", "-"],
            input=base64.b64decode(ask("GET", self.path + "/screenshot")), capture_output=True, check=True)
        (PICTURES / name).write_bytes(reduced.stdout)
        print(PICTURES / name)

    def close(self):
        ask("DELETE", self.path)


def review(address):
    page = Page(1440, 900)
    listed = "document.querySelector('#rows li.shot[data-key]')"
    page.open(address)
    page.wait(listed)
    page.run("document.querySelector('#plots-toggle').click()")
    page.wait("document.querySelectorAll('#plots svg').length > 3")
    page.keep("review-plots.png")
    page.run("document.querySelector('#plots-toggle').click()")
    page.keys("j\ue007")
    page.wait("document.querySelector('#caption')")
    page.run("for (const part of document.querySelectorAll('#detail details')) part.open = true")
    page.wait("document.querySelector('#detail .frames img, #detail .frames canvas')")
    page.run("document.querySelector('#detail').scrollTop = 0")
    page.keep("review-window.png")
    page.open(address)
    page.wait(listed)
    page.run("document.querySelector('#bulk').click()")
    page.wait("document.querySelector('#bulk-dialog')")
    page.run(
        "const [find, text] = document.querySelectorAll('#bulk-dialog input[type=text]');"
        "find.value = 'The camera'; text.value = 'A camera';"
        "document.querySelector('#bulk-preview').click()"
    )
    page.wait("document.querySelector('#bulk-examples li')")
    page.keep("review-bulk.png")
    page.close()


def export(output, folder):
    """A picture of what the command says, as a terminal shows it."""
    words = ["export", output, "--format", "sidecar", "--to", str(folder / "set"), "--frames", "4n+1", "--fps", "16",
             "--sides", "16", "--trigger", "demo", "--template", "{trigger}, {caption}"]
    said = "$ shotlist " + " ".join(f"'{word}'" if re.search(r"[{, ]", word) else word for word in words)
    ran = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True)
    listed = subprocess.run(["ls", "-1", folder / "set"], capture_output=True, text=True, check=True).stdout
    first = sorted((folder / "set").glob("*.txt"))[0]
    text = f"{said}\n{ran.stderr}{ran.stdout}$ ls set\n{listed}$ cat set/{first.name}\n{first.read_text()}"
    text = text.replace(str(folder) + "/", "").replace(output, "shotlist-out")
    style = "margin:0;background:#0f1216;color:#e6e8eb;font:15px/1.5 monospace;padding:1rem;white-space:pre-wrap"
    document = f"<body style='margin:0;background:#0f1216'><pre style='{style}'>{html.escape(text)}</pre>"
    page = Page(1100, 620)
    page.open("data:text/html;base64," + base64.b64encode(document.encode()).decode())
    page.keep("export-sidecar.png")
    page.close()


def main():
    output = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "shotlist-out")
    driver = subprocess.Popen(["/usr/bin/chromedriver", "--port=20817"], stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        copy = folder / "shotlist-out"
        shutil.copytree(output, copy)
        server = subprocess.Popen(
            [PROGRAM, "review", copy, "--no-browser", "--name", "Ada"], stdout=subprocess.PIPE, text=True)
        try:
            address = re.search(r"http\S+", server.stdout.readline()).group()
            for _ in range(200):
                try:
                    ask("GET", "/status")
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            review(address)
            export(str(copy), folder)
        finally:
            server.terminate()
            server.wait(timeout=30)
            driver.kill()


if __name__ == "__main__":
    main()
