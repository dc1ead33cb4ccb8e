#!/usr/bin/env bash
# How fast a review of 100,000 windows is, and what it holds. See Benchmarks/review.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 -B Benchmarks/review.py .build/release/shotlist
