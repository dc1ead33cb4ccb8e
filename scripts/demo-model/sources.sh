#!/usr/bin/env bash
# Fetches the pictures that the demo model's clips are drawn on into FOLDER/sources: photographs out of Debian packages
# (unpacked, not installed), and the real footage.
#
# usage: scripts/demo-model/sources.sh FOLDER   (after scripts/fetch-footage.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=${1:?usage: sources.sh FOLDER}/sources
packages=(gnome-backgrounds mate-backgrounds lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 ukui-wallpapers)

[ ! -f "$folder/complete" ] || exit 0
command -v apt-get >/dev/null 2>&1 || {
    echo "sources: there is no apt-get here. Unpack the Debian packages ${packages[*]} below $folder, then touch $folder/complete." >&2
    exit 1
}
mkdir -p "$folder/packages"
echo "sources: fetching ${packages[*]} (130 MB, once)" >&2
(cd "$folder/packages" && apt-get download -qq "${packages[@]}")
for package in "$folder"/packages/*.deb; do
    dpkg -x "$package" "$folder/unpacked"
done
cp .deps/footage/*.mp4 "$folder/"
touch "$folder/complete"
