#!/usr/bin/env bash
# The client of fleets: what a window costs it, how busy it keeps servers. See Benchmarks/fleet.py.
#
# The package `openai` is in the environment with vLLM's code, which is made the first time (2.4 GB, some minutes).
# SHOTLIST_VLLM_PYTHON names a Python that has it already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$(scripts/vllm/environment.sh)
for product in FleetServers FleetLoad; do
    swift build -c release --package-path Benchmarks --product "$product"
done
exec python3 -B Benchmarks/fleet.py Benchmarks/.build/release "$python" .deps/bench/fleet .deps/footage/bikes.mp4
