#!/usr/bin/env bash
# Holds what Shotlist asks of vLLM against vLLM's own code: bodies are caught on their way from `shotlist run`, and read
# with the code that a server would read them with. No model runs and no GPU is needed.
#
# usage: scripts/vllm/test.sh   (after `make build footage`)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=$(scripts/vllm/environment.sh)
shotlist=$PWD/.build/release/shotlist
work=.deps/vllm-test
# Windows of three lengths, some of which do not begin with their clip.
windows=(--splitting-algorithm none --captioning-window-size 96 --captioning-remainder-threshold 48)
recorder=

stop_recorder() {
    [ -n "$recorder" ] || return 0
    kill "$recorder" 2>/dev/null || true
    wait "$recorder" 2>/dev/null || true
    recorder=
}
trap stop_recorder EXIT

# capture NAME VARIANT ARGUMENTS...   asks about the footage, and keeps bodies and records below $work/NAME
capture() {
    local name=$1 variant=$2 folder=$work/$1 port=
    shift 2
    mkdir -p "$folder/bodies"
    : >"$folder/port"
    python3 -B scripts/vllm/recorder.py "$folder/bodies" "$variant" >"$folder/port" &
    recorder=$!
    for _ in $(seq 100); do
        port=$(cat "$folder/port")
        [ -z "$port" ] || break
        sleep 0.1
    done
    echo "asking about the footage: $name" >&2
    env -u HTTP_PROXY -u http_proxy -u ALL_PROXY -u all_proxy \
        "$shotlist" run --video-dir .deps/footage --output-path "$folder/out" --force --no-upload-clips --transcode-encoder copy "${windows[@]}" \
        --generate-captions --captioning-algorithm "$variant" --engine openai \
        --endpoint "http://127.0.0.1:${port:?the recorder did not start}" "$@" >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        exit 1
    }
    stop_recorder
}

# frames VARIANT   writes the very frames that the model is shown
frames() {
    local video
    for video in .deps/footage/*.mp4; do
        "$shotlist" frames "$video" --resized -o "$work/frames/$1/$(basename "$video" .mp4)" \
            --captioning-algorithm "$1" "${windows[@]:2}" >/dev/null
    done
}

rm -rf "$work"
mkdir -p "$work/commands"
for variant in qwen qwen3 nemotron; do
    frames "$variant"
    capture "$variant" "$variant" --captioning-stage2-caption
    capture "$variant-mp4" "$variant" --endpoint-media mp4
done
# line NAME VARIANT ARGUMENTS...   keeps the line that starts a server
line() {
    local name=$1
    shift
    "$shotlist" serve-command "$@" >"$work/commands/$name" 2>"$work/log" || {
        cat "$work/log" >&2
        exit 1
    }
}

for variant in qwen qwen3 nemotron nemotron-bf16 nemotron-fp8 nemotron-nvfp4 qwen_lm text/qwen3; do
    name=${variant/\//-}
    line "$name" "$variant"
    line "$name-all" "$variant" --host 127.0.0.1 --port 8003 --fp8 --disable-mmcache --tensor-parallel-size 2 \
        --gpu-memory-utilization 0.85 --endpoint-media-dir "$work" -- --max-num-seqs 64
done
VLLM_LOGGING_LEVEL=ERROR HF_HUB_OFFLINE=1 "$python" -B scripts/vllm/check.py "$work"
