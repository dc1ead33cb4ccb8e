#!/usr/bin/env bash
# Fetches the pinned llama.cpp and builds it as static libraries for Shotlist.
#
#   scripts/build-llama.sh            build into .deps/llama unless it is there already
#   scripts/build-llama.sh --sources  only fetch and unpack the sources
#   scripts/build-llama.sh --where    print the folder of the llama.cpp sources and stop
#   scripts/build-llama.sh --flags    print the CMake flags of the build, one a line, and stop
#   scripts/build-llama.sh --tree     print the folder in which it is built and stop
#
# The sources are those inside the sdist of llama-cpp-python, which pip fetches: any
# index, mirror or folder of wheels that pip is set up for works, and so does an sdist
# put into .deps/downloads by hand. The result is
#
#   .deps/src/llama_cpp_python-VERSION/   the sdist, unpacked
#   .deps/llama/include, .deps/llama/lib  headers and static libraries
#   .deps/llama/stamp                     what was built, from what, with which flags
#   .deps/build/llama-KEY                 the objects, for scripts/build-llama-peers.sh
#
# SHOTLIST_LLAMA_CMAKE_FLAGS adds CMake flags, for example "-DGGML_CUDA=ON". The CPU code
# is made for the processor of this machine; for a binary that runs on other machines add
# "-DGGML_NATIVE=OFF" and the instruction sets wanted, as ggml's CMakeLists.txt names them.
#
# It may be stopped at any point and run again: it goes on where it was, and .deps/llama
# is a link that changes only when a whole new build is installed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Which sdist, its SHA-256, and the llama.cpp inside: package, version, sha256, llama_commit.
# shellcheck source=/dev/null
. "$root/scripts/convert/llama.pin"
deps=${SHOTLIST_DEPS:-$root/.deps}
archive=$deps/downloads/llama_cpp_python-$version.tar.gz
unpacked=$deps/src/llama_cpp_python-$version
sources=$unpacked/vendor/llama.cpp

flags=(
    -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_INSTALL_LIBDIR=lib
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON
    -DBUILD_SHARED_LIBS=OFF
    -DLLAMA_BUILD_MTMD=ON
    -DMTMD_VIDEO=OFF
    -DLLAMA_BUILD_TESTS=OFF
    -DLLAMA_BUILD_EXAMPLES=OFF
    -DLLAMA_BUILD_TOOLS=OFF
    -DLLAMA_BUILD_SERVER=OFF
    -DLLAMA_BUILD_APP=OFF
    -DLLAMA_BUILD_COMMON=OFF
    -DLLAMA_OPENSSL=OFF
    -DLLAMA_BUILD_COMMIT=$llama_commit
    -DGGML_CCACHE=OFF
    # ggml's own threads spin without end while they wait for each other; OpenMP's give way. Two threads on two cores
    # with other work: 20 ms a token of the demo model with OpenMP, 250 to 400 without.
    -DGGML_OPENMP=ON
)
if [ -n "${SHOTLIST_LLAMA_CMAKE_FLAGS:-}" ]; then
    read -r -a extra <<<"$SHOTLIST_LLAMA_CMAKE_FLAGS"
    flags+=("${extra[@]}")
fi

say() { echo "build-llama: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

need() {
    local missing=()
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] && return
    fail "not found: ${missing[*]}. On Debian install them with: apt-get install -y cmake ninja-build g++ python3-pip"
}

is_whole() { [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status; }

fetch() {
    is_whole "$archive" && return
    if [ -f "$archive" ]; then
        say "$archive is not the file expected (SHA-256 $sha256); fetching it again"
        rm -f "$archive"
    fi
    need python3
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip. On Debian: apt-get install -y python3-pip"
    local part=$deps/downloads/part
    rm -rf "$part"
    mkdir -p "$part"
    say "fetching $package $version"
    # --no-binary names this package alone: were it to name all, pip would compile CMake first.
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir \
        --no-binary "$package" --dest "$part" "$package==$version" ||
        fail "pip could not fetch the sdist $package $version; put it at $archive and run this again"
    local found=$part/${archive##*/}
    is_whole "$found" || fail "the sdist that pip fetched does not have the SHA-256 $sha256; nothing was built from it"
    mv "$found" "$archive"
    rm -rf "$part"
}

unpack() {
    [ -d "$unpacked" ] && return
    fetch
    say "unpacking $package $version"
    rm -rf "$unpacked.part"
    mkdir -p "$unpacked.part"
    tar -xzf "$archive" -C "$unpacked.part" --strip-components=1 --no-same-owner
    mv -T "$unpacked.part" "$unpacked"
}

build() {
    local prefix=$deps/llama-$key
    need cmake ninja c++
    say "building llama.cpp $llama_commit (about 3 minutes on 2 cores)"
    mkdir -p "$tree"
    local log=$tree/shotlist.log
    {
        cmake -S "$sources" -B "$tree" -G Ninja "-DCMAKE_INSTALL_PREFIX=$prefix.part" "${flags[@]}" &&
            ninja -C "$tree" llama mtmd
    } >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        fail "the build of llama.cpp failed; the whole log is $log"
    }
    rm -rf "$prefix.part"
    cmake --install "$tree" >>"$log" 2>&1 || fail "llama.cpp could not be installed; the log is $log"
    # The linker finds this copy before a shared one, so that programs need no libgomp where they run.
    local gomp
    gomp=$(c++ -print-file-name=libgomp.a)
    [ -f "$gomp" ] || fail "the compiler has no libgomp.a. On Debian: apt-get install -y g++"
    cp "$gomp" "$prefix.part/lib/"
    [ -f "$prefix.part/lib/libmtmd.a" ] || fail "the build of llama.cpp made no lib/libmtmd.a; the log is $log"
    printf '%s\n' "$stamp" >"$prefix.part/stamp"
    rm -rf "$prefix"
    mv -T "$prefix.part" "$prefix"
    ln -s "${prefix##*/}" "$deps/llama.part"
    mv -T "$deps/llama.part" "$deps/llama"
    # What the link pointed to before is of no more use. The objects of this build are kept: llama.cpp's own programs, which
    # tests and benchmarks ask for, are built on in the same tree, in half the time.
    for old in "$deps"/llama-* "$deps"/build/llama-*; do
        case $old in "$prefix" | "$tree" | "$deps"/llama-peers*) ;; *) rm -rf "$old" ;; esac
    done
}

case "${1:-}" in
--where)
    echo "$sources"
    exit 0
    ;;
--flags)
    printf '%s\n' "${flags[@]}"
    exit 0
    ;;
--sources | --tree | "") ;;
*) fail "unknown argument '$1'; see the top of scripts/build-llama.sh" ;;
esac

stamp=$(
    echo "$package $version $sha256"
    echo "llama.cpp $llama_commit"
    printf '%s\n' "${flags[@]}"
    uname -m
)
key=$(printf '%s' "$stamp" | sha256sum | cut -c1-12)
tree=$deps/build/llama-$key
if [ "${1:-}" = --tree ]; then
    echo "$tree"
    exit 0
fi
if [ "${1:-}" = "" ] && [ -d "$unpacked" ] && [ "$(cat "$deps/llama/stamp" 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi

mkdir -p "$deps/downloads" "$deps/src" "$deps/build"
exec 9>"$deps/lock"
if ! flock --nonblock 9; then
    say "another run is at work in $deps; waiting for it"
    flock 9
fi
rm -f "$deps/llama.part"
unpack
if [ "${1:-}" = "" ] && [ "$(cat "$deps/llama/stamp" 2>/dev/null)" != "$stamp" ]; then
    build
    say "llama.cpp is in $deps/llama"
fi
