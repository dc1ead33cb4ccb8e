# How each file of the corpus is made; read by scripts/corpus.sh, whose function make_file names the file to write in
# `part`.

x264=(-c:v libx264 -preset veryfast -threads 1)
# x265 counts its threads itself.
x265=(-c:v libx265 -preset ultrafast -threads 1)
one265=log-level=none:pools=none:frame-threads=1
vpx9=(-c:v libvpx-vp9 -threads 1 -b:v 300k -an)
bunny=$deps/footage/bigbuckbunny.mp4
bikes=$deps/footage/bikes.mp4

# Runs ffmpeg. Version numbers and random ids stay out of the files.
encode() {
    ffmpeg -nostdin -v error -y "${@:1:$#-1}" -bitexact "${@: -1}"
}

# Encodes or copies another file of the corpus, which is made before: from NAME OPTION...
from() {
    make_file "$1"
    encode -i "$folder/$1" "${@:2}" "$part"
}

# The footage as light: linear, in BT.2020's primaries. The footage says nothing of its colours, which are BT.709's.
light=setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,scale=320:180
light+=,zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt2020

# With HEVC in 10 bits: hdr FILTER TRANSFER X265-PARAMETERS
hdr() {
    encode -i "$bunny" -an -frames:v 100 -vf "$1,format=yuv420p10le" "${x265[@]}" \
        -color_primaries bt2020 -color_trc "$2" -colorspace bt2020nc -color_range tv -tag:v hvc1 \
        -x265-params "$one265:keyint=48:colorprim=bt2020:transfer=$2:colormatrix=bt2020nc:range=limited$3" "$part"
}

# The picture's own brightness as its alpha: alpha PIXEL-FORMAT OPTION...
alpha() {
    encode -i "$bunny" -an -frames:v 100 -filter_complex \
        "scale=160:90,split[a][b];[b]format=gray[m];[a][m]alphamerge,format=$1" "${@:2}" "$part"
}

change() { python3 -B "$here/bytes.py" "$1" "$part" "${@:2}"; }

# Two sizes in one stream, as a broadcast has them: a transport stream may be put together from parts.
two_sizes() {
    local small="trim=start_frame=66,setpts=PTS-STARTPTS,scale=240:136,setsar=1"
    from footage.mkv -an -frames:v 66 "${x264[@]}" -f mpegts &&
        encode -i "$folder/footage.mkv" -an -vf "$small" "${x264[@]}" -output_ts_offset 2.72 -f mpegts "$part.second" &&
        cat "$part.second" >>"$part" && rm -f "$part.second"
}

recipe() {
    case $1 in
    footage.mkv) encode -i "$bunny" -vf scale=320:180 -c:v ffv1 -threads 1 -c:a copy "$part" ;;
    bikes.mkv) encode -i "$bikes" -vf scale=320:136 -c:v ffv1 -threads 1 "$part" ;;

    # B-frames and groups of pictures.
    bframes.mp4) from footage.mkv "${x264[@]}" -bf 3 -b_strategy 0 -g 48 -c:a copy ;;
    bframes.mkv | bframes.avi) from bframes.mp4 -c copy ;;
    nobframes.mp4) from footage.mkv -an "${x264[@]}" -bf 0 -g 48 ;;
    opengop.mp4)
        from footage.mkv "${x264[@]}" -x264-params open-gop=1:bframes=3:keyint=24:b-pyramid=normal -c:a copy
        ;;
    opengop.mkv | opengop.ts | opengop.avi) from opengop.mp4 -c copy ;;
    refresh.mp4) from footage.mkv "${x264[@]}" -x264-params intra-refresh=1:keyint=40 -an ;;
    mpeg4.avi) from footage.mkv -c:v mpeg4 -threads 1 -bf 2 -q:v 4 -c:a libmp3lame ;;
    plain.avi) from footage.mkv -c:v mpeg4 -threads 1 -q:v 4 -c:a pcm_s16le -ac 1 ;;
    mpeg2.ts) from footage.mkv -c:v mpeg2video -threads 1 -bf 2 -q:v 4 -c:a mp2 ;;
    hevc.mp4) from footage.mkv -an "${x265[@]}" -x265-params "$one265:no-open-gop=1:keyint=48" ;;
    hevc_opengop.mp4)
        from footage.mkv -an "${x265[@]}" -x265-params "$one265:open-gop=1:keyint=24:bframes=3:b-adapt=0"
        ;;
    hevc_opengop.mkv | hevc_opengop.ts) from hevc_opengop.mp4 -c copy ;;
    hevc_layers.mp4)
        from footage.mkv -an "${x265[@]}" -x265-params "$one265:temporal-layers=1:bframes=4:b-pyramid=1:keyint=48"
        ;;
    hevc_cra.mkv | hevc_cra.ts)
        make_file hevc_opengop.mp4 &&
            encode -ss 1.95 -i "$folder/hevc_opengop.mp4" -c copy -output_ts_offset 1 "$part"
        ;;

    # Times.
    offset.mp4 | offset.ts) from bframes.mp4 -c copy -output_ts_offset 7.3 ;;
    offset_frag.mp4)
        from bframes.mp4 -an -c copy -movflags frag_keyframe+empty_moov+default_base_moof -output_ts_offset 7.3
        ;;
    wrap.ts) from bframes.mp4 -c copy -output_ts_offset 95441 ;;
    negative.mp4) from footage.mkv -an "${x264[@]}" -bf 0 -g 48 -bsf:v "setts=dts=DTS-3*DURATION" ;;
    editlist.mp4)
        make_file bframes.mp4 && encode -ss 1.3 -i "$folder/bframes.mp4" -c copy "$part"
        ;;
    editlist_end.mp4) from bframes.mp4 -an -c copy && change mp4-edit 4100 ;;
    vfr.mp4)
        from footage.mkv -vf 'select=not(eq(mod(n\,5)\,3))*not(between(n\,40\,60))' -vsync vfr "${x264[@]}" -an
        ;;
    vfr.mkv) from vfr.mp4 -c copy ;;
    rate1.mp4) from footage.mkv -an -vf setpts=N/TB -r 1 "${x264[@]}" -g 48 ;;
    rate120.mp4) from footage.mkv -an -vf setpts=N/120/TB -r 120 "${x264[@]}" -g 48 ;;
    one.mp4) from footage.mkv -an -ss 2 -frames:v 1 "${x264[@]}" ;;
    three.mp4) from footage.mkv -an -ss 2 -frames:v 3 "${x264[@]}" ;;
    count_high.avi) from plain.avi -c copy && change avi-frames 500 ;;
    count_low.avi) from plain.avi -c copy && change avi-frames 50 ;;
    count.mkv) from bframes.mp4 -an -c copy -metadata:s:v NUMBER_OF_FRAMES=77 && change mkv-duration 60 ;;
    count.mp4) from nobframes.mp4 -c copy && change mp4-frames 500 ;;

    # How pictures are stored and shown.
    rot90.mp4 | rot180.mp4 | rot270.mp4)
        local degrees=${1#rot}
        from bframes.mp4 -c copy -metadata:s:v "rotate=${degrees%.mp4}"
        ;;
    sar.mp4) from footage.mkv -an -vf setsar=16/11 "${x264[@]}" ;;
    interlaced.mp4 | interlaced_mpeg2.ts)
        local codec=("${x264[@]}" -x264-params tff=1)
        [ "$1" = interlaced.mp4 ] || codec=(-c:v mpeg2video -threads 1 -q:v 4 -bf 2 -top 1)
        from bikes.mkv -vf "tinterlace=interleave_top,setpts=N/25/TB" -r 25 -flags:v +ildct+ilme "${codec[@]}"
        ;;
    two_sizes.ts) two_sizes ;;
    full.mp4) encode -i "$bunny" -vf scale=320:180:out_range=pc -pix_fmt yuvj420p "${x264[@]}" -an "$part" ;;
    bt709.mp4)
        from footage.mkv "${x264[@]}" -colorspace bt709 -color_primaries bt709 -color_trc bt709 -an
        ;;
    ten.mp4) from footage.mkv "${x264[@]}" -pix_fmt yuv420p10le -c:a copy ;;
    ten.webm)
        encode -i "$bunny" -frames:v 100 -vf scale=320:180 "${vpx9[@]}" -deadline realtime -cpu-used 8 \
            -pix_fmt yuv420p10le -profile:v 2 "$part"
        ;;
    yuv422.mp4) encode -i "$bunny" -an -vf scale=320:180 -pix_fmt yuv422p "${x264[@]}" "$part" ;;
    yuv422ten.mp4) encode -i "$bunny" -an -vf scale=320:180 -pix_fmt yuv422p10le "${x264[@]}" "$part" ;;
    yuv444.mp4) encode -i "$bunny" -an -vf scale=320:180 -pix_fmt yuv444p "${x264[@]}" "$part" ;;
    yuv444ten.mp4)
        encode -i "$bunny" -an -vf scale=320:180 -pix_fmt yuv444p10le "${x265[@]}" -x265-params "$one265" "$part"
        ;;
    odd444.mp4) encode -i "$bunny" -vf scale=321:181,setsar=1 -pix_fmt yuv444p "${x264[@]}" -an "$part" ;;
    odd.webm) encode -i "$bunny" -vf scale=321:181,setsar=1 "${vpx9[@]}" -deadline realtime -cpu-used 8 "$part" ;;
    narrow.mp4) encode -i "$bunny" -an -frames:v 60 -vf scale=426:240,setsar=1 "${x264[@]}" "$part" ;;
    narrow_interlaced.mp4)
        encode -i "$bunny" -an -vf "scale=426:240,setsar=1,tinterlace=interleave_top,setpts=N/25/TB" -r 25 \
            -flags:v +ildct+ilme "${x264[@]}" -x264-params tff=1 "$part"
        ;;
    odd.avi) encode -i "$bunny" -an -vf scale=319:179,setsar=1 -c:v mpeg4 -threads 1 -q:v 4 "$part" ;;

    # Light that standard screens cannot show.
    bt2020.mp4) hdr "$light,zscale=t=bt2020-10:m=bt2020nc:r=limited" bt2020-10 "" ;;
    hdr10.mp4)
        local screen="G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
        hdr "$light,zscale=t=smpte2084:m=bt2020nc:r=limited:npl=400" smpte2084 \
            ":hdr10=1:max-cll=500,200:master-display=$screen"
        ;;
    pq.mkv) hdr "$light,zscale=t=smpte2084:m=bt2020nc:r=limited:npl=400" smpte2084 "" ;;
    hlg.mp4) hdr "$light,zscale=t=arib-std-b67:m=bt2020nc:r=limited:npl=400" arib-std-b67 "" ;;

    # Alpha.
    alpha_prores.mov) alpha yuva444p10le -c:v prores_ks -profile:v 4 -threads 1 ;;
    alpha_png.mov) alpha rgba -c:v png -threads 1 ;;
    alpha_qtrle.mov) alpha argb -c:v qtrle -threads 1 ;;

    # Other codecs.
    vp8.webm)
        from footage.mkv -c:v libvpx -auto-alt-ref 1 -lag-in-frames 16 -cpu-used 8 -threads 1 -b:v 300k -c:a libopus
        ;;
    altref.webm) from footage.mkv "${vpx9[@]}" -deadline good -cpu-used 5 -auto-alt-ref 1 -lag-in-frames 25 -g 60 ;;
    av1.mp4) SVT_LOG=1 from footage.mkv -an -c:v libsvtav1 -preset 12 -crf 40 -g 48 -svtav1-params lp=1 ;;
    av1_aom.mkv)
        from footage.mkv -an -c:v libaom-av1 -usage good -cpu-used 8 -threads 1 -b:v 200k -lag-in-frames 19 -g 60
        ;;
    prores.mov) from footage.mkv -an -c:v prores_ks -profile:v 0 -threads 1 ;;
    mjpeg.mov) from footage.mkv -c:v mjpeg -threads 1 -q:v 4 -c:a pcm_s16le -ac 1 ;;

    # Damage: a hole in the middle, or nothing in its place.
    broken.avi) from bframes.avi -c copy && change zero 450 40 ;;
    broken.mp4 | broken.mkv | broken.ts) from bframes.mp4 -an -c copy && change zero 575 50 ;;
    broken_key.mp4) from bframes.mp4 -an -c copy && change zero 450 40 ;;
    broken_hevc.mp4) from hevc_opengop.mp4 -c copy && change zero 475 30 ;;
    gap.ts) from bframes.mp4 -an -c copy && change drop 575 60 ;;
    *) return 1 ;;
    esac
}
