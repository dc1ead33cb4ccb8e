#!/usr/bin/env bash
# Runs the example of the library, then every test. The test runner's closing line comes last.
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

swift test -c release --disable-testable-imports --disable-xctest "$@"
