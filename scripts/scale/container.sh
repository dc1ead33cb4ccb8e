#!/usr/bin/env bash
# Checks deploy/Containerfile where no image can be fetched: its last stage, on a Debian 12 that debootstrap makes, with the program of
# this checkout in the place of the first stage. Then it captions the footage in the container with the demo model.
#
# usage: scripts/scale/container.sh        after `make build footage`; needs root, buildah and debootstrap
# SHOTLIST_DEBIAN names a mirror, in place of the one in /etc/apt; SHOTLIST_DEBIAN_ROOT a root that debootstrap has made before. Everything is in a temporary folder that is removed at the end.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/.build/release/shotlist
footage=$root/.deps/footage
if [ ! -x "$program" ] || [ ! -d "$footage" ]; then
    echo "run 'make build footage' first" >&2
    exit 1
fi
for need in buildah debootstrap; do
    command -v "$need" >/dev/null || {
        echo "$need is not here: apt-get install $need" >&2
        exit 1
    }
done
mirror=${SHOTLIST_DEBIAN:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -n 's/^URIs: //p; s/^deb \(http[^ ]*\) .*/\1/p' | head -n 1)}

# Layers of a system are hundreds of megabytes of root's files: beside the checkout they would be in the way of every tool that walks it.
place=$(mktemp -d "${TMPDIR:-/tmp}/shotlist-container.XXXXXX")
# Layers are plain folders, and steps run in a chroot: neither asks anything of the kernel.
podmanless() { buildah --root "$place/images" --runroot "$place/run" --storage-driver vfs "$@"; }
trap 'podmanless rm --all >/dev/null 2>&1 || true; rm -rf --one-file-system "$place"' EXIT

image() { # a folder as an image
    local container
    container=$(podmanless from scratch)
    podmanless add -q "$container" "$2" / >/dev/null
    podmanless commit -q "$container" "localhost/$1" >/dev/null
    podmanless rm "$container" >/dev/null
}

debian=${SHOTLIST_DEBIAN_ROOT:-$place/debian}
[ -d "$debian" ] || debootstrap --variant=minbase bookworm "$debian" "$mirror" >"$place/debootstrap.log" 2>&1 || {
    tail -n 5 "$place/debootstrap.log" >&2
    exit 1
}
image debian "$debian"

# What the first stage leaves.
cd "$root"
DESTDIR=$place/made/built scripts/install.sh /usr/local >/dev/null
install -d "$place/made/built/usr/local/lib/swift" "$place/made/built/etc/ld.so.conf.d"
ldd "$program" | awk '$3 ~ /\/swift\/linux\// { print $3 }' | xargs -I{} install -m 644 {} "$place/made/built/usr/local/lib/swift/"
echo /usr/local/lib/swift >"$place/made/built/etc/ld.so.conf.d/shotlist.conf"
image built "$place/made"

podmanless bud --isolation chroot --ignorefile deploy/Containerfile.dockerignore -f deploy/Containerfile -t localhost/shotlist \
    --build-arg BUILD_IMAGE=localhost/debian --build-arg RUNTIME_IMAGE=localhost/debian --build-arg BUILT=localhost/built .
container=$(podmanless from localhost/shotlist)
inside() { podmanless run --isolation chroot -v "$footage:/videos:ro" "$container" -- "$@"; }
inside sh -c '! command -v swift && ! ldd /usr/local/bin/shotlist | grep "not found"'
inside shotlist run --video-dir /videos --output-path /shots --generate-captions --generate-previews --captioning-algorithm demo
inside sh -c 'ls /shots/clips/*.mp4 /shots/previews/*/*.webp /shots/metas/v0/*.json | wc -l'
