#!/usr/bin/env bash
# Captioning against its ceiling and its peers. See Benchmarks/captioning.py, which takes the same arguments and variables.
#
# The first time it builds llama.cpp's own programs (about 6 minutes on 2 cores) and makes a Python environment with
# PyTorch; .deps/bench/captioning takes 2 GB. The whole suite is over an hour, SHOTLIST_BENCH_QUICK=1 a quarter of one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/build-llama-peers.sh
scripts/convert/environment.sh .deps >/dev/null
exec python3 -B Benchmarks/captioning.py .build/release/shotlist "$@"
