#!/usr/bin/env bash
# Makes the Python environment that exports use, where it is missing, and prints its Python: with pyarrow, which writes
# Parquet files (150 MB, once), or with --checks the libraries that read what was exported, for tests.
#
# usage: scripts/export/environment.sh [--checks]
# SHOTLIST_EXPORT_PYTHON names a Python that has the packages already; then none is made.
#
# It may be stopped at any point and run again, and many may run at once: one makes, the others wait, and the
# environment has its name only when it is whole.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=${SHOTLIST_DEPS:-$(cd "$here/../.." && pwd)/.deps}
name=export
packages=$here/requirements.txt
if [ "${1:-}" = --checks ]; then
    name=export-checks
    packages=$here/checks/requirements.txt
elif [ -n "${SHOTLIST_EXPORT_PYTHON:-}" ]; then
    echo "$SHOTLIST_EXPORT_PYTHON"
    exit
fi

environment=$deps/$name-$(sha256sum <"$packages" | cut -c1-12)
if [ ! -x "$environment/bin/python" ]; then
    mkdir -p "$deps"
    exec 9>"$deps/$name.lock"
    flock 9
fi
if [ ! -x "$environment/bin/python" ]; then
    echo "installing the Python packages of $packages into $environment" >&2
    rm -rf "$environment" "$environment.part"
    python3 -m venv "$environment.part"
    "$environment.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$packages"
    mv -T "$environment.part" "$environment"
fi
echo "$environment/bin/python"
