#!/usr/bin/env bash
# Fuzzes the door of media and every parser of ours with libFuzzer, for an hour in total. scripts/fuzz/run.py says how.
#
# usage: scripts/fuzz.sh [TARGET ...]   (after `make llama footage`; all targets when none is named)
#   SHOTLIST_FUZZ_SECONDS  seconds of fuzzing, of all targets together (3600)
#   SHOTLIST_FUZZ_JOBS     processes at once (as many as there are processors)
#
# The corpus and what was found stay in .deps/fuzz. It ends with 1 when something was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deps=${SHOTLIST_DEPS:-.deps}

# Shotlist and the packages that it needs get libFuzzer's counters and the address sanitizer; what Debian and llama.cpp
# have built (libav, libwebp, SQLite, ggml) does not: of that only what the allocator sees is seen. Parsers are reached by
# testable imports, so that none becomes part of the library for this.
#
# Of several --sanitize the compiler takes the last alone, and then nothing is counted: both must be in one flag.
swift build -c release --package-path Fuzz --product ShotlistFuzz --sanitize fuzzer \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing >&2
python3 -B scripts/fuzz/seeds.py "$deps/footage" "$deps/fuzz/seeds" >&2
exec python3 -B scripts/fuzz/run.py Fuzz/.build/release/ShotlistFuzz "$deps/fuzz" \
    --seconds "${SHOTLIST_FUZZ_SECONDS:-3600}" --jobs "${SHOTLIST_FUZZ_JOBS:-0}" "$@"
