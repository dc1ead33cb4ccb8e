#!/usr/bin/env bash
# Makes the Python environment in which python/shotlist-ray is tested, where it is missing, and prints its Python: Ray with
# Ray Data and what its dashboard needs, pytest and mypy. Only tests use it. It takes 800 MB and some minutes, once.
#
# usage: scripts/ray/environment.sh
# SHOTLIST_RAY_PYTHON names a Python that has the packages already; then none is made.
#
# It may be stopped at any point and run again, and many may run at once: one makes, the others wait, and the
# environment has its name only when it is whole.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=${SHOTLIST_DEPS:-$(cd "$here/../.." && pwd)/.deps}

if [ -n "${SHOTLIST_RAY_PYTHON:-}" ]; then
    echo "$SHOTLIST_RAY_PYTHON"
    exit
fi
environment=$deps/ray-$(sha256sum <"$here/requirements.txt" | cut -c1-12)
if [ ! -x "$environment/bin/python" ]; then
    mkdir -p "$deps"
    exec 9>"$deps/ray.lock"
    flock 9
fi
if [ ! -x "$environment/bin/python" ]; then
    echo "installing Ray, in which shotlist-ray is tested, into $environment" >&2
    rm -rf "$environment" "$environment.part"
    python3 -m venv "$environment.part"
    "$environment.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        -r "$here/requirements.txt"
    mv -T "$environment.part" "$environment"
fi
echo "$environment/bin/python"
