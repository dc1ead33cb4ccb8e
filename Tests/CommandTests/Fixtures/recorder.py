#!/usr/bin/env python3
"""Keeps what a server is asked and what it answers, or asks the same again.

usage: recorder.py keep SERVER FILE    stands before SERVER, says where it listens, and writes a line of JSON to FILE for each
                                       question
       recorder.py ask SERVER FILE     asks SERVER the questions of FILE again, one after another, and prints what it said then
                                       and what it says now; questions for one token, by which a server is tried, are left out
"""
import http.client
import http.server
import json
import sys
import threading
import urllib.parse


def forward(server, method, path, body=None, headers=()):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server).netloc, timeout=600)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", "application/json"), answer.read()
    finally:
        connection.close()


def keep(server, path):
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, body):
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            status, kind, content = forward(server, self.command, self.path, body, headers.items())
            if body is not None and status == 200:
                line = json.dumps({"path": self.path, "question": body.decode(), "answer": content.decode()})
                with lock, open(path, "a") as file:
                    print(line, file=file)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self):
            self.answer(None)

        def do_POST(self):
            self.answer(self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_):
            pass

    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"listening on http://127.0.0.1:{proxy.server_address[1]}", flush=True)
    proxy.serve_forever()


def words(answer):
    return json.loads(answer)["choices"][0]["message"]["content"]


def ask(server, path):
    answers = []
    with open(path) as file:
        for line in file:
            kept = json.loads(line)
            if json.loads(kept["question"])["max_tokens"] == 1:
                continue
            status, _, content = forward(server, "POST", kept["path"], kept["question"].encode(),
                                         {"Content-Type": "application/json"}.items())
            if status != 200:
                sys.exit(f"recorder: the server answers {status}: {content.decode(errors='replace')[:300]}")
            answers.append({"kept": words(kept["answer"]), "now": words(content)})
    print(json.dumps(answers))


if len(sys.argv) != 4 or sys.argv[1] not in ("keep", "ask"):
    sys.exit(__doc__)
{"keep": keep, "ask": ask}[sys.argv[1]](*sys.argv[2:])
