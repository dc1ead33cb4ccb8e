#!/usr/bin/env bash
# Copies the program, the demo model, the scripts that convert models and write Parquet, and shell completions below a
# prefix. DESTDIR is put before it.
#
# usage: scripts/install.sh PREFIX   (after `swift build -c release --product shotlist`)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
prefix=${DESTDIR:-}${1:?usage: scripts/install.sh PREFIX}
program=.build/release/shotlist

install -d "$prefix/bin" "$prefix/share/shotlist/models/demo" "$prefix/share/shotlist/convert" \
    "$prefix/share/shotlist/export" "$prefix/share/bash-completion/completions" \
    "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
install -m 755 "$program" "$prefix/bin/shotlist"
install -m 644 Models/demo/* "$prefix/share/shotlist/models/demo/"
install -m 644 scripts/convert/*.py scripts/convert/requirements.txt scripts/convert/llama.pin \
    "$prefix/share/shotlist/convert/"
install -m 755 scripts/convert/environment.sh "$prefix/share/shotlist/convert/"
install -m 644 scripts/export/parquet.py "$prefix/share/shotlist/export/"
"$program" --generate-completion-script bash >"$prefix/share/bash-completion/completions/shotlist"
"$program" --generate-completion-script zsh >"$prefix/share/zsh/site-functions/_shotlist"
"$program" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/shotlist.fish"
echo "shotlist is in $prefix/bin, the demo model in $prefix/share/shotlist/models/demo"
