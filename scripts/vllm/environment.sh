#!/usr/bin/env bash
# Makes a Python environment with vLLM's code below .deps, where it is missing, and prints its Python. There is no GPU in
# it: the code that reads requests runs without one. It takes 2.4 GB and some minutes, once.
#
# usage: scripts/vllm/environment.sh
# SHOTLIST_VLLM_PYTHON names a Python that has the packages already; then none is made.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=$(cd "$here/../.." && pwd)/.deps
version=0.33.0

if [ -n "${SHOTLIST_VLLM_PYTHON:-}" ]; then
    echo "$SHOTLIST_VLLM_PYTHON"
    exit
fi
environment=$deps/vllm-$version-$(sha256sum <"$here/requirements.txt" | cut -c1-12)
if [ ! -d "$environment" ]; then
    mkdir -p "$deps"
    exec 9>"$deps/vllm.lock"
    flock 9
fi
if [ ! -d "$environment" ]; then
    echo "installing the code of vLLM $version and what it imports (PyTorch among it, once) into $environment" >&2
    rm -rf "$environment.part"
    python3 -m venv "$environment.part"
    pip=("$environment.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
    # On a machine without a GPU, PyTorch's CPU build does, wherever pip finds one.
    "${pip[@]}" -r "$here/requirements.txt"
    "${pip[@]}" --no-deps "vllm==$version"
    mv -T "$environment.part" "$environment"
fi
echo "$environment/bin/python"
