#!/usr/bin/env bash
# Kills runs, breaks their disk, feeds them damaged and hostile files, and counts what was lost.
# scripts/torture/README.md says how; scripts/torture/__main__.py takes the same arguments and variables.
#
# usage: scripts/torture.sh [ARGUMENTS]   (after `make build footage`)
#   SHOTLIST_TORTURE_PROGRAM  the program (.build/release/shotlist)
#
# Everything is in .deps/torture (2 GB at most) and stays there, so that what failed can be looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=${SHOTLIST_TORTURE_PROGRAM:-.build/release/shotlist}

# Nothing else needs strace. Without it the part `hostile` says so and counts as failed; the others run.
if ! command -v strace >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "torture: installing strace" >&2
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends strace; } \
            >/dev/null 2>&1 </dev/null || echo "torture: apt-get could not install strace" >&2
    else
        echo "torture: strace is missing. Install it with: sudo apt-get install -y strace" >&2
    fi
fi
exec python3 -B scripts/torture "$program" "${SHOTLIST_DEPS:-.deps}/torture" "$@"
