#!/usr/bin/env bash
# Makes the benchmarks' input from the real footage: 10 minutes of 720p, 25 frames a second, H.264, and clips of it.
#
#   .deps/bench/base.mp4              18 s: the footage, one piece after another, scaled to 1280x720
#   .deps/bench/minutes-N.mp4         base.mp4 again and again, N minutes (usage: bench-footage.sh N, 10 if left out)
#   .deps/bench/single/*.mp4          the 10-minute file's clips of 10 s: 250 frames, one window each
#   .deps/bench/many/*.mp4            its clips of 32 s: 800 frames, three windows each
#
# There is a key frame every 2 s, so that cuts by packets are exact.
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
[ "$minutes" = 10 ] || exit 0

for kind in single:10 many:32; do
    folder=$bench/${kind%:*}
    [ ! -d "$folder" ] || continue
    rm -rf "$folder.part"
    mkdir "$folder.part"
    ffmpeg "${quiet[@]}" -i "$long" -c copy -f segment -segment_time "${kind#*:}" -reset_timestamps 1 "$folder.part/%03d.mp4"
    mv "$folder.part" "$folder"
done
