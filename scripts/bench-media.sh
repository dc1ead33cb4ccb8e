#!/usr/bin/env bash
# Frames, windows and previews: Shotlist against NeMo Curator's own functions. See Benchmarks/media.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
peer=.deps/peers/nemo
requirements=Benchmarks/peers/requirements-nemo.txt

if ! cmp -s "$requirements" "$peer/installed.txt"; then
    echo "bench-media: installing NeMo Curator into $peer (about 1 GB, once)" >&2
    python3 -m venv "$peer"
    "$peer/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$peer/installed.txt"
fi
scripts/bench-footage.sh
swift build -c release --package-path Benchmarks --product MediaBench
exec python3 -B Benchmarks/media.py Benchmarks/.build/release/MediaBench "$peer/bin/python" .deps/bench
