#!/usr/bin/env bash
# Builds llama.cpp's own programs that Shotlist is measured against, from the sources that it is built on itself.
#
#   scripts/build-llama-peers.sh          build into .deps/llama-peers unless they are there already
#   scripts/build-llama-peers.sh --where  print the folder of the programs and stop
#
# The result is .deps/llama-peers/bin with llama-server, llama-batched-bench and llama-mtmd-cli, and
# .deps/llama-peers/stamp that says what they were built from. Sources and flags are those of
# scripts/build-llama.sh, with its SHOTLIST_LLAMA_CMAKE_FLAGS; what is added are the programs, and video for libmtmd,
# which runs ffmpeg for it.
#
# It may be stopped at any point and run again: it goes on where it was.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
prefix=$deps/llama-peers
programs=(llama-server llama-batched-bench llama-mtmd-cli)

say() { echo "build-llama-peers: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

case "${1:-}" in
--where)
    echo "$prefix/bin"
    exit 0
    ;;
"") ;;
*) fail "unknown argument '$1'; see the top of scripts/build-llama-peers.sh" ;;
esac

# Of two settings of one flag CMake takes the last.
mapfile -t flags < <("$root/scripts/build-llama.sh" --flags)
flags+=(
    -DLLAMA_BUILD_COMMON=ON
    -DLLAMA_BUILD_TOOLS=ON
    -DLLAMA_BUILD_SERVER=ON
    -DMTMD_VIDEO=ON
    -DLLAMA_BUILD_UI=OFF
    -DLLAMA_USE_PREBUILT_UI=OFF
)
stamp=$(
    cat "$root/scripts/convert/llama.pin"
    printf '%s\n' "${flags[@]}" "${programs[@]}"
    uname -m
)
is_made() { [ "$(cat "$prefix/stamp" 2>/dev/null)" = "$stamp" ]; }
is_made && exit 0

"$root/scripts/build-llama.sh" --sources
sources=$("$root/scripts/build-llama.sh" --where)
mkdir -p "$deps/build"
# The lock of scripts/build-llama.sh, in whose tree this builds on.
exec 9>"$deps/lock"
if ! flock --nonblock 9; then
    say "another run is at work in $deps; waiting for it"
    flock 9
    is_made && exit 0
fi
for tool in cmake ninja c++; do
    command -v "$tool" >/dev/null 2>&1 ||
        fail "not found: $tool. On Debian install it with: apt-get install -y cmake ninja-build g++"
done

# Where the libraries were built, what they have in common with these programs is compiled already.
tree=$("$root/scripts/build-llama.sh" --tree)
log=$tree/shotlist.log
mkdir -p "$tree"
say "building ${programs[*]} (3 minutes on 2 cores, 6 without the objects of the libraries)"
{
    cmake -S "$sources" -B "$tree" -G Ninja "${flags[@]}" && ninja -C "$tree" "${programs[@]}"
} >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    fail "the build of llama.cpp's programs failed; the whole log is $log"
}
rm -rf "$prefix.part"
mkdir -p "$prefix.part/bin"
for program in "${programs[@]}"; do
    cp "$tree/bin/$program" "$prefix.part/bin/" || fail "the build made no $program; the log is $log"
done
printf '%s\n' "$stamp" >"$prefix.part/stamp"
rm -rf "$prefix"
mv -T "$prefix.part" "$prefix"
# In this tree the libraries have video, which those that are linked do not: it is of no more use.
rm -rf "$tree"
say "they are in $prefix/bin"
