#!/usr/bin/env bash
# Checks what reads as badly written or must not be committed: the style of Swift, the syntax of shell and Python
# scripts, the length of Swift files, paths of this machine in committed text, files that are too large.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failures=0

wrong() {
    echo "lint: $*" >&2
    failures=$((failures + 1))
}

# Committed files and those about to be, without the ones that were removed.
files() { git ls-files -co --exclude-standard -z -- "$@" | while IFS= read -r -d '' f; do [ -f "$f" ] && printf '%s\0' "$f"; done; }

if swift format --version >/dev/null 2>&1; then
    swift_files=()
    while IFS= read -r -d '' f; do swift_files+=("$f"); done < <(files '*.swift')
    swift format lint --strict --parallel "${swift_files[@]}" || wrong "swift format has complaints; 'swift format -i FILE' mends most"
else
    wrong "this Swift toolchain has no 'swift format'; toolchains from 6.0 on do"
fi

public_files=()
while IFS= read -r -d '' f; do public_files+=("$f"); done < <(files 'Sources/*.swift')
python3 -B scripts/lint-docs.py "${public_files[@]}" || wrong "public declarations need a comment: what for, units, ranges, errors"

while IFS= read -r -d '' f; do
    lines=$(wc -l <"$f")
    [ "$lines" -le 300 ] || wrong "$f has $lines lines, more than 300; it has more than one reason to change"
done < <(files '*.swift')

while IFS= read -r -d '' f; do
    case "$(head -c 64 "$f" | head -n 1 | tr -d '\0')" in
    '#!'*bash | '#!'*/sh) bash -n "$f" || wrong "$f is not sound shell" ;;
    esac
done < <(files '*.sh' '.ci/*' 'scripts/*')

python3 -B - <(files '*.py') <<'PYTHON' || wrong "a Python script is not sound"
import pathlib, sys
names = [name for name in pathlib.Path(sys.argv[1]).read_bytes().decode().split("\0") if name]
bad = 0
for name in names:
    try:
        compile(pathlib.Path(name).read_text(), name, "exec")
    except SyntaxError as error:
        bad += 1
        print(f"{name}:{error.lineno}: {error.msg}", file=sys.stderr)
sys.exit(bad > 0)
PYTHON

# A committed file must mean the same on every machine: neither this checkout's path nor the home folder may be in it.
for place in "$PWD" "$(dirname "$PWD")" "$HOME"; do
    [ "${#place}" -gt 1 ] || continue
    found=$(git grep -I -l -F -e "$place/" -- . || true)
    [ -z "$found" ] || wrong "'$place/' is written in: $(echo "$found" | paste -sd' ' -)"
done

while IFS= read -r -d '' f; do
    [ "$(stat -c %s "$f")" -le 10485760 ] || wrong "$f is larger than 10 MB"
done < <(files)

[ "$failures" = 0 ] || exit 1
echo "lint: clean"
