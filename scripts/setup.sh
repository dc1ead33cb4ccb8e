#!/usr/bin/env bash
# Installs what building and running Shotlist needs and this machine lacks.
#
# As root on Debian or Ubuntu it runs apt-get; otherwise it prints the one line to run and fails. When nothing is
# missing it does nothing, in a fraction of a second.
#
# usage: scripts/setup.sh [--tests]   (with --tests also what only tests need: a browser and its driver)
set -euo pipefail

swift_needed=6.2
for_tests=${1:-}

say() { echo "setup: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

check_swift() {
    command -v swift >/dev/null 2>&1 ||
        fail "there is no Swift here. Install Swift 6.3 from https://www.swift.org/install and put it on the PATH."
    # Asking Swift takes a third of a second; the answer is kept beside the program's date.
    local stamp version
    stamp="$(readlink -f "$(command -v swift)") $(stat -L -c %Y "$(command -v swift)")"
    [ "$(cat .deps/swift-checked 2>/dev/null)" = "$stamp" ] && return
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ "$(printf '%s\n' "$swift_needed" "${version:-0}" | sort -V | head -n 1)" = "$swift_needed" ] ||
        fail "this is Swift ${version:-of an unknown version}; Shotlist needs $swift_needed or later and is tested with 6.3. Get it from https://www.swift.org/install."
    mkdir -p .deps
    echo "$stamp" >.deps/swift-checked
}

# Prints the Debian packages whose part is not there, one a line.
missing_packages() {
    local tool package library
    while read -r tool package; do
        command -v "$tool" >/dev/null 2>&1 || echo "$package"
    done <<'TOOLS'
cmake cmake
ninja ninja-build
c++ g++
pkg-config pkg-config
ffmpeg ffmpeg
unzip unzip
flock util-linux
python3 python3
git git
openssl openssl
TOOLS
    while read -r library package; do
        pkg-config --exists "$library" 2>/dev/null || echo "$package"
    done <<'LIBRARIES'
libavfilter libavfilter-dev
libavformat libavformat-dev
libavcodec libavcodec-dev
libavutil libavutil-dev
libswscale libswscale-dev
libwebp libwebp-dev
libwebpmux libwebp-dev
libturbojpeg libturbojpeg0-dev
libarchive libarchive-dev
sqlite3 libsqlite3-dev
LIBRARIES
    if [ "$for_tests" = --tests ]; then
        command -v chromium >/dev/null 2>&1 || echo chromium
        command -v chromedriver >/dev/null 2>&1 || echo chromium-driver
    fi
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    python3 -c 'import pip' 2>/dev/null || echo python3-pip
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
check_swift
missing=$(missing_packages | sort -u | paste -sd' ' -)
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null 2>&1 ||
    fail "missing, by their Debian names: $missing. Install what your system calls them and run this again."
read -r -a packages <<<"$missing"
if [ "$(id -u)" != 0 ]; then
    say "missing: $missing. Install them with this line and run the command again:"
    echo "sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
    exit 1
fi
say "installing $missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
{
    apt-get update -q && apt-get install -y -q --no-install-recommends "${packages[@]}"
} >"$log" 2>&1 </dev/null || {
    tail -n 20 "$log" >&2
    fail "apt-get could not install the packages; its last lines are above."
}
still=$(missing_packages | sort -u | paste -sd' ' -)
[ -z "$still" ] || fail "still missing after the installation: $still."
