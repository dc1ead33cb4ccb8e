#!/usr/bin/env python3
"""An HTTPS server whose certificate nobody vouches for.

usage: tls-server.py FOLDER

The certificate is made in FOLDER. The first line of output is the port; each request that arrives is a line more. It ends
when its input does.
"""
import http.server
import pathlib
import ssl
import subprocess
import sys
import threading


def say(what):
    """Text and line's end in one write, whatever Python was told of buffers."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        say(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_):
        pass


def main():
    folder = pathlib.Path(sys.argv[1])
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A handshake that fails must not stop the server: it is made by the connection's own thread.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(server.server_address[1])
    sys.stdin.read()


main()
