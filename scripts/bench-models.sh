#!/usr/bin/env bash
# Memory and speed of models of the real sizes, with random weights. See Benchmarks/real_size.py.
#
# It needs numpy, 24 GB of disk in .deps/real-size (11 GB with SHOTLIST_BENCH_REMOVE=1) and 12 GB of memory, and takes
# some tens of minutes on 2 cores. SHOTLIST_BENCH_MODELS names the models to measure; all when it is empty.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=python3
if ! "$python" -c 'import numpy, yaml' 2>/dev/null; then
    python=.deps/peers/real-size/bin/python
    if [ ! -x "$python" ]; then
        echo "bench-models: installing numpy and pyyaml into .deps/peers/real-size" >&2
        python3 -m venv .deps/peers/real-size
        "$python" -m pip install --quiet --disable-pip-version-check numpy pyyaml
    fi
fi
read -r -a models <<<"${SHOTLIST_BENCH_MODELS:-}"
exec "$python" -B Benchmarks/real_size.py .build/release/shotlist "$(scripts/build-llama.sh --where)" .deps/real-size \
    .deps/footage/bikes.mp4 "${models[@]}"
