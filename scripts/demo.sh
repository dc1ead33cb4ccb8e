#!/usr/bin/env bash
# Runs the main job on real footage and on a drawn clip, and prints what came of it.
#
# usage: scripts/demo.sh OUTPUT   (after `swift build -c release --product shotlist` and scripts/fetch-footage.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
output=${1:?usage: scripts/demo.sh OUTPUT}
videos=.deps/demo/videos

mkdir -p "$videos"
for clip in .deps/footage/*.mp4; do
    cp -u "$clip" "$videos/"
done
[ "$videos/red-circle.mp4" -nt scripts/demo-clip.sh ] || scripts/demo-clip.sh "$videos/red-circle.mp4"

command=(
    .build/release/shotlist run --video-dir "$videos" --output-path "$output"
    --generate-captions --captioning-algorithm demo --generate-previews
)
echo "${command[*]}"
"${command[@]}"
echo
python3 -B scripts/shot-table.py "$output"
echo
echo "To look at the captions in the browser, and to correct them:"
echo ".build/release/shotlist review $output"
