#!/usr/bin/env bash
# Runs one benchmark suite. Its last line is JSON: {"suite": NAME, "ratios": {...}}.
#
# usage: scripts/bench.sh NAME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:?usage: scripts/bench.sh NAME}
if [ ! -x "scripts/bench-$name.sh" ]; then
    names=$(find scripts -name 'bench-*.sh' -printf '%f\n' | sed 's/^bench-\(.*\)\.sh$/\1/' | sort | paste -sd' ' -)
    echo "bench: there is no suite '$name'. There are: $names" >&2
    exit 1
fi
exec "scripts/bench-$name.sh"
