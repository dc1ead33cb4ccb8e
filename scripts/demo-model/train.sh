#!/usr/bin/env bash
# Trains the demo model from scratch and writes Models/demo: one command, some hours of two cores. Stopped and started
# again it goes on from its last checkpoint (every 5 minutes).
#
#   SHOTLIST_DEMO_TRAINING  folder for checkpoints, logs and caches (.deps/demo-model)
#   SHOTLIST_DEMO_MINUTES   how long to train, by the clock; the learning rate follows it (240)
#   SHOTLIST_DEMO_OUTPUT    where the model goes (Models/demo)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${SHOTLIST_DEMO_TRAINING:-.deps/demo-model}
output=${SHOTLIST_DEMO_OUTPUT:-Models/demo}
mkdir -p "$folder"

python=$(scripts/demo-model/python.sh all)
scripts/demo-model/sources.sh "$folder"
scripts/build-llama.sh --sources
llama=$(scripts/build-llama.sh --where)
nice -n 19 "$python" -B scripts/demo-model/train.py --folder "$folder" --sources "$folder/sources" \
    --minutes "${SHOTLIST_DEMO_MINUTES:-240}"
"$python" -B scripts/demo-model/export.py --folder "$folder" --llama "$llama" --out "$output"
