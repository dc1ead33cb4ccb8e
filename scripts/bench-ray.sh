#!/usr/bin/env bash
# What Ray costs beside one process, and what its driver can hand out. See Benchmarks/ray/main.py.
#
# Ray is in the environment of python/shotlist-ray's tests, which is made the first time (800 MB, some minutes).
# SHOTLIST_RAY_PYTHON names a Python that has it already, SHOTLIST_PROGRAM another program than the release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$(scripts/ray/environment.sh)
scripts/bench-footage.sh
export PYTHONPATH=$PWD/python/shotlist-ray/src${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
exec "$python" Benchmarks/ray/main.py "${SHOTLIST_PROGRAM:-.build/release/shotlist}" .deps/bench
