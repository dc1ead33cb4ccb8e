#!/usr/bin/env bash
# Tests python/shotlist-ray: its types, and what it does alone and on Ray nodes that are processes of this machine.
#
# usage: scripts/ray/test.sh [--short | --all] [ARGUMENTS OF pytest]
#   --short only what takes a minute: everything without Ray, and one run on two of its nodes
#   --all   also with the real program (SHOTLIST, or the checkout's release build) over 200 clips, and with nodes in network
#           namespaces (as root). Without it these are left out, which is said.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$("$here/environment.sh")
which=${1:-}
case $which in --short | --all) shift ;; *) which= ;; esac

cd "$root/python/shotlist-ray"
export PYTHONPATH=$PWD/src PYTHONDONTWRITEBYTECODE=1
"$python" -m mypy
if [ "$which" = --short ]; then exec "$python" -m pytest -q -m "not program and (short or not cluster)" "$@"; fi
if [ -z "$which" ]; then
    echo "ray/test.sh: without the real program and network namespaces; --all has them" >&2
    exec "$python" -m pytest -q -m "not program" "$@"
fi

SHOTLIST=${SHOTLIST:-$root/.build/release/shotlist}
[ -x "$SHOTLIST" ] || {
    echo "ray/test.sh: there is no program '$SHOTLIST'; build it with 'make build', or name it in SHOTLIST" >&2
    exit 1
}
export SHOTLIST
"$python" -m pytest -q "$@"
if [ "$(id -u)" = 0 ]; then
    "$here/namespaces.sh"
    "$here/namespaces.sh" "$SHOTLIST"
else
    echo "ray/test.sh: network namespaces are left out, for want of root's rights" >&2
fi
