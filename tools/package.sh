#!/bin/bash
# package.sh: makes the Debian package of build/release (build it first); prints its name.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf build/release/package
cpack --config build/release/CPackConfig.cmake
ls build/release/package/*.deb
