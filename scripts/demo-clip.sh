#!/usr/bin/env bash
# Draws the demo's synthetic clip with ffmpeg: a red circle that moves from left to right on a grey ground for 4 s.
#
# usage: scripts/demo-clip.sh OUTPUT.mp4
set -euo pipefail
output=${1:?usage: scripts/demo-clip.sh OUTPUT.mp4}
part=${output%.mp4}.part.mp4

# The alpha of the circle fades over one pixel at its rim; the overlay's x goes from 20 to 300 of 448 with the time t.
ffmpeg -nostdin -loglevel error -y \
    -f lavfi -i "color=c=0x8c8c90:s=448x448:r=25:d=4" \
    -f lavfi -i "color=c=0xd71e23:s=128x128:r=25:d=0.04,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*clip(63-hypot(X-63.5,Y-63.5),0,1)',loop=loop=-1:size=1" \
    -filter_complex "[0][1]overlay=x='20+280*t/4':y=160:eval=frame:shortest=1,format=yuv420p" \
    -frames:v 100 -c:v libx264 -preset veryfast -crf 16 -threads 1 -bitexact -movflags +faststart "$part"
mv "$part" "$output"
