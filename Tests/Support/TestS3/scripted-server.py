"""Gives answers that are known beforehand, for the tests of what a real server does not say at will.

usage: python3 scripted-server.py ANSWERS

ANSWERS is a JSON list. Each request takes the next answer, and the last one stays: {"status": 200, "headers": {}, "body": "",
"cut": 3}; with "cut" the connection ends after so many bytes of the body. It prints its port, and after that a line for each
request: the method, the path and the If-Match and Range headers, if there are any. It ends with its standard input.
"""

import http.server
import json
import os
import sys
import threading

answers = json.loads(sys.argv[1])
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            told = [self.command, self.path, self.headers.get("If-Match"), self.headers.get("Range")]
            print(*[text for text in told if text], flush=True)
        headers = answer.get("headers") or {}
        body = (answer.get("body") or "").encode()
        self.send_response_only(answer["status"])
        for name, value in headers.items():
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name in headers) and answer["status"] != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: answer.get("cut")])
        if answer.get("cut") is not None:
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    # A connection that is closed in the middle is meant.
    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
