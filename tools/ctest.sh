#!/bin/bash
# ctest.sh PRESET [OPTION…]: the tests of a build, with options of ctest that choose among them.
set -euo pipefail
cd "$(dirname "$0")/.."
ctest --preset "$1" -j "${JOBS:-$(nproc)}" --no-tests=error "${@:2}"
