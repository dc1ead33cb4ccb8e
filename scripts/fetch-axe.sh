#!/usr/bin/env bash
# Fetches axe-core 4.12.1, which looks for what keeps people from using a page, for tests: it is a file inside the PyPI wheel
# of axe-playwright-python. Nothing else of the wheel is used, and Playwright is not fetched.
#
#   scripts/fetch-axe.sh    unpack into .deps/axe unless it is there already
#
# scripts/lib/wheel.sh says how.
set -euo pipefail

package=axe-playwright-python
version=0.1.8
sha256=fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${SHOTLIST_DEPS:-$root/.deps}
wheel=$deps/downloads/axe_playwright_python-$version-py3-none-any.whl
place=$deps/axe
# shellcheck source=scripts/lib/wheel.sh
. "$root/scripts/lib/wheel.sh"

unpack() { take_from_wheel axe_playwright_python/axe.min.js "$1/axe.min.js"; }

make_from_wheel
