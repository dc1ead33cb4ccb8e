#!/usr/bin/env bash
# The most memory that a run holds, for a long and for a short input. See Benchmarks/memory.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bench-footage.sh 1
scripts/bench-footage.sh 60
exec python3 -B Benchmarks/memory.py .build/release/shotlist .deps/bench/minutes-1.mp4 .deps/bench/minutes-60.mp4
