#!/usr/bin/env bash
# Runs the example of the library, then every test: those that are tested by time by themselves, last; and those of
# python/shotlist-ray that take a minute.
#
# usage: scripts/test.sh [ARGUMENTS OF swift test]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Without testable imports the tests link the very modules that `swift build -c release` has made.
swift build -c release --build-tests

example=$(mktemp -d)
trap 'rm -rf "$example"' EXIT
echo "Examples/Quickstart on the real footage:"
.build/release/Quickstart .deps/footage "$example/shots"
grep -q '"demo_caption"' "$example"/shots/metas/v0/*.json || {
    echo "test: Examples/Quickstart wrote no caption" >&2
    exit 1
}

# A few tests at once for each core: with all of them at once each waits minutes for the others.
width=$(($(nproc) * 6))
run=(swift test -c release --disable-testable-imports --disable-xctest --skip-build
    --experimental-maximum-parallelization-width "$width")
if [ $# -gt 0 ]; then exec "${run[@]}" "$@"; fi
# Tested by time (deadlines, pauses, servers that hang, leases) are these. Beside hundreds of tests that compute on every core
# they would measure those, and the second beside the first, too.
fleets='ShotlistFleetTests|ShotlistLedgerTests|SignalTests|RestartTests'
shared='ShotlistStorageTests|S3RunTests|S3LeaseTests|S3CommandTests|JoinTests'
"${run[@]}" --skip "$fleets|$shared"
"${run[@]}" --filter "$fleets"
"${run[@]}" --filter "$shared"
# What runs Shotlist on Ray; `make test-ray` has all of it.
scripts/ray/test.sh --short
