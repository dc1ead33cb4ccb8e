#!/usr/bin/env bash
# Makes what converting a checkpoint needs, where it is missing: a Python environment with the packages of
# requirements.txt, and llama.cpp's converter. Prints two lines: the Python, and the folder of llama.cpp's sources.
#
# usage: scripts/convert/environment.sh FOLDER     (all that is made goes below FOLDER)
# SHOTLIST_CONVERT_PYTHON names a Python that has the packages already; then none is made.
#
# In a checkout the sources are those that scripts/build-llama.sh unpacked. It may be stopped at any point and run
# again, and many may run at once: one makes, the others wait, and a folder has its name only when it is whole.
#
# It ends with 10 when there is no python3, 11 when that has no venv or pip, 12 when pip could not install or fetch, 13
# when what was fetched is another file than the one expected, 14 when FOLDER cannot be written.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$here/llama.pin"
folder=$(realpath -m -- "${1:?usage: environment.sh FOLDER}")
sources=$folder/llama-sources-$version
checkout=$here/../../.deps/src/llama_cpp_python-$version/vendor/llama.cpp
[ ! -f "$checkout/convert_hf_to_gguf.py" ] || sources=$(cd "$checkout" && pwd)
environment=$folder/convert-$(sha256sum <"$here/requirements.txt" | cut -c1-12)

say() { echo "$*" >&2; }
fail() {
    say "$2"
    exit "$1"
}

need_python() {
    command -v python3 >/dev/null 2>&1 || fail 10 "there is no python3"
    python3 -c 'import ensurepip, venv' 2>/dev/null || fail 11 "python3 has no venv"
}

make_environment() {
    need_python
    say "installing Python packages for conversion (PyTorch among them, once) into $environment"
    rm -rf "$environment.part"
    python3 -m venv "$environment.part" || fail 11 "python3 could not make an environment in $environment.part"
    "$environment.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        -r "$here/requirements.txt" || fail 12 "pip could not install the packages of $here/requirements.txt"
    mv -T "$environment.part" "$environment"
}

fetch_sources() {
    need_python
    local part=$sources.part
    rm -rf "$part"
    mkdir -p "$part"
    say "fetching $package $version for its converter"
    # pip builds the metadata of an sdist that it downloads; in an environment of its own it needs no packages here.
    python3 -m pip --version >/dev/null 2>&1 || fail 11 "python3 has no pip"
    python3 -m pip download --quiet --disable-pip-version-check --no-input --no-deps --no-cache-dir \
        --no-binary "$package" --dest "$part" "$package==$version" || fail 12 "pip could not fetch $package $version"
    local archive=$part/llama_cpp_python-$version.tar.gz
    echo "$sha256  $archive" | sha256sum --check --status 2>/dev/null ||
        fail 13 "the sdist of $package $version does not have the SHA-256 $sha256"
    tar -xzf "$archive" -C "$part" --strip-components=3 --no-same-owner \
        "llama_cpp_python-$version/vendor/llama.cpp/convert_hf_to_gguf.py" \
        "llama_cpp_python-$version/vendor/llama.cpp/conversion" "llama_cpp_python-$version/vendor/llama.cpp/gguf-py"
    rm -f "$archive"
    mv -T "$part" "$sources"
}

python=${SHOTLIST_CONVERT_PYTHON:-$environment/bin/python}
if [ ! -x "$python" ] || [ ! -d "$sources" ]; then
    [ -z "${SHOTLIST_CONVERT_PYTHON:-}" ] || [ -x "$python" ] ||
        fail 10 "SHOTLIST_CONVERT_PYTHON is $python, which is no program"
    mkdir -p "$folder" 2>/dev/null || fail 14 "$folder cannot be made"
    { exec 9>"$folder/convert.lock"; } 2>/dev/null || fail 14 "$folder cannot be written"
    flock 9
    [ -x "$python" ] || make_environment
    [ -d "$sources" ] || fetch_sources
fi
echo "$python"
echo "$sources"
