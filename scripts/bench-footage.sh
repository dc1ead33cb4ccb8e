#!/usr/bin/env bash
# Makes the benchmarks' input from the real footage: 720p, 25 frames a second, H.264.
#
#   .deps/bench/base.mp4              18 s: the footage, one piece after another, scaled to 1280x720
#   .deps/bench/minutes-N.mp4         base.mp4 again and again, N minutes (usage: bench-footage.sh N, 10 if left out)
#
# There is a key frame every 2 s, so that cuts by packets are exact. What one suite alone needs it makes of these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
minutes=${1:-10}
bench=.deps/bench
quiet=(-nostdin -hide_banner -loglevel error -y)
mkdir -p "$bench"

if [ ! -f "$bench/base.mp4" ]; then
    echo "bench-footage: drawing $bench/base.mp4" >&2
    inputs=()
    filters=
    names=
    count=0
    for clip in .deps/footage/{bikes,bigbuckbunny,carphone_pristine}.mp4; do
        inputs+=(-i "$clip")
        filters+="[$count:v]fps=25,scale=1280:720:force_original_aspect_ratio=increase:flags=bicubic,crop=1280:720,setsar=1[v$count];"
        names+="[v$count]"
        count=$((count + 1))
    done
    ffmpeg "${quiet[@]}" "${inputs[@]}" -filter_complex "$filters${names}concat=n=$count:v=1[all];[all]trim=end_frame=450" \
        -an -c:v libx264 -preset veryfast -crf 21 -pix_fmt yuv420p -force_key_frames 'expr:gte(t,n_forced*2)' "$bench/base.part.mp4"
    mv "$bench/base.part.mp4" "$bench/base.mp4"
fi

long=$bench/minutes-$minutes.mp4
if [ ! -f "$long" ]; then
    ffmpeg "${quiet[@]}" -stream_loop -1 -i "$bench/base.mp4" -c copy -t "$((minutes * 60))" "$bench/long.part.mp4"
    mv "$bench/long.part.mp4" "$long"
fi
