#!/usr/bin/env bash
# Prints the Python of the demo model's own environment, made first where it is missing or out of date.
#
# usage: scripts/demo-model/python.sh all|draw   (draw: only what drawing clips needs, without PyTorch)
# SHOTLIST_DEMO_PYTHON names a Python that has everything already, and nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=${1:?usage: python.sh all|draw}
if [ -n "${SHOTLIST_DEMO_PYTHON:-}" ]; then
    echo "$SHOTLIST_DEMO_PYTHON"
    exit 0
fi
venv=.deps/demo-model/venv-$what
wanted=$(grep -v '^#' scripts/demo-model/requirements.txt)
[ "$what" = all ] || wanted=$(grep -E '^(numpy|opencv)' <<<"$wanted")
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "demo-model: installing Python packages into $venv (once)" >&2
    rm -rf "$venv"
    python3 -m venv "$venv"
    xargs "$venv/bin/python" -m pip install --quiet --disable-pip-version-check <<<"$wanted"
    echo "$wanted" >"$venv/installed"
fi
echo "$PWD/$venv/bin/python"
