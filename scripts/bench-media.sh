#!/usr/bin/env bash
# Frames, windows and previews, against NeMo Curator, ffmpeg, and a loop in C that calls the same libraries. See
# Benchmarks/media.py, which takes the same arguments and variables.
#
# The first time it installs NeMo Curator (about 1 GB) where a part needs it, and draws videos; .deps/bench/media takes
# 1.5 GB. The whole suite is some 40 minutes on 2 cores, 25 of them without the part `memory`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
peer=.deps/peers/nemo
requirements=Benchmarks/peers/requirements-nemo.txt
floor=.deps/bench/media_floor

case ${SHOTLIST_BENCH_PARTS:-nemo} in
*nemo* | *lengths*)
    if ! cmp -s "$requirements" "$peer/installed.txt"; then
        echo "bench-media: installing NeMo Curator into $peer (about 1 GB, once)" >&2
        python3 -m venv "$peer"
        "$peer/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
        cp "$requirements" "$peer/installed.txt"
    fi
    ;;
esac
scripts/bench-footage.sh
libraries=(libavformat libavcodec libavutil libswscale libwebp libwebpmux)
read -ra flags < <(pkg-config --cflags --libs "${libraries[@]}")
gcc -O2 -Wall -Wextra -pthread -o "$floor.part" Benchmarks/peers/media_floor.c Benchmarks/peers/floor/*.c \
    "${flags[@]}" -lm
mv "$floor.part" "$floor"
swift build -c release --package-path Benchmarks --product MediaBench
exec python3 -B Benchmarks/media.py Benchmarks/.build/release/MediaBench "$floor" "$peer/bin/python" .deps/bench "$@"
