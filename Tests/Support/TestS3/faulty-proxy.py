"""Stands before an S3 server and lets every n-th request fail, for the tests of trying again.

usage: python3 faulty-proxy.py HOST PORT N

It prints its port, and after that a line for each request: what became of it, the method, the path and the Range header, if
there is one. It ends with its standard input. Each method is counted by itself, so that it meets each of the faults in turn,
whatever else is asked in between: 503 with SlowDown; 500; a connection that is closed before the answer; an answer
that breaks off in the middle; a request that the server has carried out, with an answer that is lost.
"""

import collections
import http.client
import http.server
import os
import sys
import threading

host, port, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
lock = threading.Lock()
asked = collections.Counter()
faults = ["slow", "500", "closed", "cut", "lost"]
# The faults that are worst for what a method does come first, so that a short test meets them.
first = {"GET": faults.index("cut"), "PUT": faults.index("lost"), "POST": faults.index("lost")}
SLOW = b"<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


def next_fault(method):
    with lock:
        asked[method] += 1
        if asked[method] % every != 0:
            return None
        return faults[(first.get(method, 0) + asked[method] // every - 1) % len(faults)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = next_fault(self.command)
        # As one write, since several threads do.
        sys.stdout.write(f"{fault or 'sent'} {self.command} {self.path} {self.headers.get('Range', '')}".rstrip() + "\n")
        sys.stdout.flush()
        if fault == "slow":
            return self.answer(503, {"Retry-After": "0"}, SLOW)
        if fault == "500":
            return self.answer(500, {}, b"")
        if fault == "closed":
            return self.close()
        connection = http.client.HTTPConnection(host, port, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        headers = {k: v for k, v in answer.getheaders() if k.lower() not in ("transfer-encoding", "connection")}
        connection.close()
        if fault == "lost":
            return self.close()
        self.answer(answer.status, headers, content, cut=fault == "cut")

    def answer(self, status, headers, content, cut=False):
        self.send_response_only(status)
        # A HEAD's answer tells the size of what it does not send.
        if self.command != "HEAD" or not any(name.lower() == "content-length" for name in headers):
            headers = {k: v for k, v in headers.items() if k.lower() != "content-length"}
            headers["Content-Length"] = str(len(content))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if cut and content:
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            return self.close()
        if self.command != "HEAD":
            self.wfile.write(content)

    def close(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward


class Server(http.server.ThreadingHTTPServer):
    # A connection that is closed in the middle is meant.
    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
