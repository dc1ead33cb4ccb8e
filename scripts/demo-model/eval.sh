#!/usr/bin/env bash
# Scores the demo model through the built program: held-out clips by attribute, and the labelled real footage.
#
# usage: scripts/demo-model/eval.sh [PLAIN ONE TWO]   how many clips with no, one and two shapes (200 300 200)
#   SHOTLIST_DEMO_TRAINING  folder for clips and results (.deps/demo-model)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${SHOTLIST_DEMO_TRAINING:-.deps/demo-model}
counts=("${@:-}")
[ $# -eq 3 ] || counts=(200 300 200)
clips=$folder/held-out-${counts[0]}-${counts[1]}-${counts[2]}
mkdir -p "$folder"

python=$(scripts/demo-model/python.sh draw)
if [ ! -f "$clips/labels.json" ]; then
    scripts/demo-model/sources.sh "$folder"
    echo "eval: drawing ${counts[*]} clips into $clips" >&2
    nice "$python" -B scripts/demo-model/draw.py --sources "$folder/sources" --cache "$folder/pictures.npz" \
        --out "$clips" --counts "${counts[@]}"
fi

run=(.build/release/shotlist run --splitting-algorithm none --generate-captions --captioning-algorithm demo
    --no-upload-clips)
rm -rf "$folder/captions" "$folder/captions-real"
"${run[@]}" --video-dir "$clips" --output-path "$folder/captions" >"$folder/captions.log" 2>&1 || {
    tail -n 5 "$folder/captions.log" >&2
    exit 1
}
"$python" -B scripts/demo-model/evaluate.py --clips "$clips" --output "$folder/captions" --json "$folder/held-out.json" \
    --mistakes 5
echo
"$python" -B scripts/demo-model/real.py --labels Models/demo/real-footage.json --footage .deps/footage \
    --output "$folder/captions-real" --run "${run[*]}"
