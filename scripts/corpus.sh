#!/usr/bin/env bash
# Makes the tests' corpus of odd files from the real footage with ffmpeg: each is small, and odd in one way, which
# scripts/corpus/manifest.tsv tells. Prints the folder.
#
# usage: scripts/corpus.sh [FOLDER [NAME...]]     all files where no NAME is given
# Without FOLDER they are made in .deps/corpus-HASH, where HASH is that of the scripts.
#
# A file that is there is kept, and a new one has its name only when it is whole: it may be stopped at any point and run
# again. Many may run at once: one makes, the others wait. The same ffmpeg makes the same bytes on every machine with
# the same instructions: encoders run on one thread.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
here=$root/scripts/corpus
hash=$(cat "${BASH_SOURCE[0]}" "$here"/* | sha256sum | cut -c1-12)
folder=${1:-$deps/corpus-$hash}
[ $# -eq 0 ] || shift

# shellcheck source=/dev/null
. "$here/recipes.sh"

fail() {
    echo "corpus: $*" >&2
    exit 1
}

# Makes the file NAME where it is missing, and before it those that it is made of.
make_file() {
    [ ! -f "$folder/$1" ] || return 0
    local part=$folder/.part-$1
    rm -f "$part"
    recipe "$1" || fail "$1 could not be made"
    mv -T "$part" "$folder/$1"
}

mapfile -t known < <(cut -f 1 "$here/manifest.tsv")
names=("$@")
[ $# -gt 0 ] || names=("${known[@]}")
for name in "$@"; do
    [[ " ${known[*]} " == *" $name "* ]] || fail "there is no file $name; see $here/manifest.tsv"
done

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
for name in "${names[@]}"; do make_file "$name"; done
cp "$here/manifest.tsv" "$folder/.part-manifest.tsv"
mv -T "$folder/.part-manifest.tsv" "$folder/manifest.tsv"
echo "$folder"
