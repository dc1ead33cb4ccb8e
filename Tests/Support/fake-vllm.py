#!/usr/bin/env python3
"""Takes vLLM's place in tests: it is started as vLLM is, and answers as little as a captioning run needs.

usage: fake-vllm.py serve MODEL --served-model-name NAME --port PORT ... --state DIR --mode MODE

It writes its process id and its words into DIR (`starts`, a line of JSON each), and what is wrong with it says MODE:

  good       nothing
  broken     it ends at once, with a word on what it lacks
  never      it is never healthy
  dies-once  the first start dies in the middle of the first question; the next ones do not
  dies       it dies in the middle of every question
  stubborn   it takes no notice of SIGTERM, and has a child that does not either
"""
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

words = sys.argv[1:]


def after(flag):
    return words[words.index(flag) + 1]


mode, state = after("--mode"), pathlib.Path(after("--state"))
start = {"pid": os.getpid(), "words": words}
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    start["child"] = subprocess.Popen(["sleep", "300"]).pid
starts = state / "starts"
number = len(starts.read_text().splitlines()) + 1 if starts.exists() else 1
with starts.open("a") as file:
    file.write(json.dumps(start) + "\n")
print("\x1b[32mloading\x1b[0m the weights", flush=True)
if mode == "broken":
    print("there is no GPU here", file=sys.stderr, flush=True)
    sys.exit(3)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health":
            self.answer(503 if mode == "never" else 200, {})
        elif self.path == "/v1/models":
            model = {"id": after("--served-model-name"), "owned_by": "vllm", "root": words[1], "max_model_len": 32768}
            self.answer(200, {"object": "list", "data": [model]})
        else:
            self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        # A question of one token is the trial before the run.
        if asked["max_tokens"] > 1 and (mode == "dies" or (mode == "dies-once" and number == 1)):
            print("the GPU fell out", flush=True)
            os._exit(1)
        choice = {
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": f"Start {number} answers."},
        }
        usage = {"prompt_tokens": 100, "completion_tokens": 4, "total_tokens": 104}
        self.answer(200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


# A moment without the port: who starts this must wait for it.
time.sleep(0.2)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(after("--port"))), Handler)
server.daemon_threads = True
server.serve_forever()
