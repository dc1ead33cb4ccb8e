#!/usr/bin/env bash
# Builds Shotlist with the address sanitizer and llama.cpp with that and the one for undefined behaviour, runs the tests of
# what stands on C (media, llama, ledger), and then captions 1,000 clips and looks for what was not given back.
#
# usage: scripts/sanitize.sh   (after `make llama footage corpus reference smollm2 converter`)
#   SHOTLIST_SANITIZE_FILTER  which tests, as `swift test --filter` takes it
#   SHOTLIST_SANITIZE_CLIPS   how many clips (1000)
#
# Swift itself traps where C would be undefined, so that the second sanitizer is for C alone. Debian's libraries (libav,
# libwebp, libturbojpeg, SQLite) have no checks of their own; their allocations and what they are given are seen. All is in
# .build-sanitize and .deps/sanitize. Where a container forbids ptrace, leaks cannot be looked for, and it says so and fails.
#
# The last line is JSON; scripts/sanitize/report.py makes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deps=$(realpath "${SHOTLIST_DEPS:-.deps}")
mine=$deps/sanitize
clips=${SHOTLIST_SANITIZE_CLIPS:-1000}
mkdir -p "$mine" "$deps/downloads" "$deps/src"
ln -sfn ../downloads "$mine/downloads"
ln -sfn ../src "$mine/src"

# Swift's own clang: its run-time library is the one that ends up in the program.
tools=$(swiftc -print-target-info | python3 -c 'import json, os, sys
print(os.path.normpath(json.load(sys.stdin)["paths"]["runtimeResourcePath"] + "/../../bin"))')
checks="-fsanitize=address,undefined -fno-sanitize=vptr,function -fno-omit-frame-pointer -g1"
CFLAGS=$checks CXXFLAGS=$checks SHOTLIST_DEPS=$mine \
    SHOTLIST_LLAMA_CMAKE_FLAGS="-DCMAKE_C_COMPILER=$tools/clang -DCMAKE_CXX_COMPILER=$tools/clang++ -DGGML_OPENMP=OFF" \
    scripts/build-llama.sh
# Nobody builds on in this tree.
rm -rf "$mine/build"

export SHOTLIST_LLAMA=$mine/llama
# Static libraries that have changed are not seen by SwiftPM.
find .build-sanitize/release/ -maxdepth 1 -type f ! -newer "$mine/llama/stamp" \
    \( -name shotlist -o -name '*.xctest' \) -delete 2>/dev/null || true
build=(-c release --sanitize address --scratch-path .build-sanitize)
swift build "${build[@]}" --build-tests
swift build "${build[@]}" --product shotlist

rm -rf "$mine/logs" "$mine/out"
mkdir -p "$mine/logs"
leaks=$PWD/scripts/sanitize/leaks.txt
export LSAN_OPTIONS="suppressions=$leaks:print_suppressions=0"
export UBSAN_OPTIONS="print_stacktrace=1:log_path=$mine/logs/found"
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:log_path=$mine/logs/found:exitcode=99"

tests=0
# With all of them at once each would wait for minutes, and those that wait for something would give it up.
swift test "${build[@]}" --disable-testable-imports --disable-xctest --skip-build \
    --experimental-maximum-parallelization-width "$(($(nproc) * 2))" \
    --filter "${SHOTLIST_SANITIZE_FILTER:-ShotlistMediaTests|ShotlistLlamaTests|ShotlistLedgerTests}" \
    >"$mine/logs/tests.txt" 2>&1 || tests=$?
tail -n 3 "$mine/logs/tests.txt" >&2

videos=$mine/videos
mkdir -p "$videos"
# Clips of five frames, 50 a video.
for ((number = 0; number < (clips + 49) / 50; number++)); do
    [ -f "$videos/$number.mp4" ] || ffmpeg -nostdin -loglevel error -y -stream_loop -1 -ss "$((number % 5))" \
        -i "$deps/footage/bikes.mp4" -an -vf scale=96:64,setsar=1,fps=25 -t 10 -c:v libx264 -g 5 -bf 0 \
        -f mp4 "$videos/$number.part" </dev/null
    [ -f "$videos/$number.mp4" ] || mv "$videos/$number.part" "$videos/$number.mp4"
done
run=0
# In one process: those that read videos get no environment, and the sanitizer's shadow is more than their memory.
.build-sanitize/release/shotlist run --video-dir "$videos" --output-path "$mine/out" --generate-captions \
    --captioning-algorithm demo --captioning-max-output-tokens 1 --generate-previews --preview-target-height 64 \
    --fixed-stride-split-duration 0.2 --fixed-stride-min-clip-length-s 0.15 --captioning-window-size 5 \
    --captioning-remainder-threshold 4 --transcode-encoder libx264 --media-isolation none \
    >"$mine/logs/run.txt" 2>&1 || run=$?
exec python3 -B scripts/sanitize/report.py "$mine" "$tests" "$run" "$clips"
