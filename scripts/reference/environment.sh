#!/usr/bin/env bash
# Makes the Python environment whose PyAV is the reference for decoded frames, where it is missing, and prints its
# Python. Only tests use it. It takes 200 MB and some seconds, once.
#
# usage: scripts/reference/environment.sh
# SHOTLIST_REFERENCE_PYTHON names a Python that has the packages already; then none is made.
#
# It may be stopped at any point and run again, and many may run at once: one makes, the others wait, and the
# environment has its name only when it is whole.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=${SHOTLIST_DEPS:-$(cd "$here/../.." && pwd)/.deps}

if [ -n "${SHOTLIST_REFERENCE_PYTHON:-}" ]; then
    echo "$SHOTLIST_REFERENCE_PYTHON"
    exit
fi
environment=$deps/reference-$(sha256sum <"$here/requirements.txt" | cut -c1-12)
if [ ! -x "$environment/bin/python" ]; then
    mkdir -p "$deps"
    exec 9>"$deps/reference.lock"
    flock 9
fi
if [ ! -x "$environment/bin/python" ]; then
    echo "installing PyAV, the tests' reference for frames, into $environment" >&2
    rm -rf "$environment" "$environment.part"
    python3 -m venv "$environment.part"
    "$environment.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        -r "$here/requirements.txt"
    mv -T "$environment.part" "$environment"
fi
echo "$environment/bin/python"
