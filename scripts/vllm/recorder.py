#!/usr/bin/env python3
"""Stand where vLLM would, and keep what is asked.

It says of itself what vLLM 0.33.0 says (owned_by vllm, no v1/metadata), writes each body of a question to FOLDER as
<number>.json, and answers `Answer <number>.`, so that a record's caption says which body it came from.

usage: recorder.py FOLDER MODEL     prints the port that it listens on, and runs until it is ended
"""
import http.server
import json
import pathlib
import sys
import threading

folder, model = pathlib.Path(sys.argv[1]), sys.argv[2]
lock = threading.Lock()
count = 0


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
        if self.path == "/v1/models":
            entry = {"id": model, "object": "model", "owned_by": "vllm", "root": model, "max_model_len": 32768}
            self.answer(200, {"object": "list", "data": [entry]})
        else:
            self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        global count
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            count += 1
            number = count
        (folder / f"{number}.json").write_bytes(body)
        message = {"role": "assistant", "content": f"Answer {number}."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1000, "completion_tokens": 5, "total_tokens": 1005}
        self.answer(200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # Sixteen connections come at once; one that finds no place waits for a second.
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
