#!/usr/bin/env bash
# Makes the tests' hostile files, which scripts/hostile/make.py describes, and prints their folder.
#
# usage: scripts/hostile.sh [FOLDER]
# Without FOLDER they are made in .deps/hostile-HASH, where HASH is that of the scripts. Some name a file by its whole
# path: the folder must not be moved.
#
# A file that is there is kept, and a new one has its name only when it is whole: it may be stopped at any point and run
# again. Many may run at once: one makes, the others wait.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
here=$root/scripts/hostile
hash=$(cat "${BASH_SOURCE[0]}" "$here"/*.py | sha256sum | cut -c1-12)
folder=${1:-$deps/hostile-$hash}
footage=$deps/footage/bikes.mp4

[ -f "$footage" ] || {
    echo "hostile: there is no $footage; scripts/fetch-footage.sh fetches it" >&2
    exit 1
}
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
python3 -B "$here/make.py" "$folder" "$footage" >&2
echo "$folder"
