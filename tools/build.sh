#!/bin/bash
# build.sh PRESET [SWITCH…] [--target NAME]: configures, with switches of CMake, and builds all or one target.
set -euo pipefail
cd "$(dirname "$0")/.."
target=()
switches=()
while [[ $# -gt 0 ]]; do
    if [[ $1 == --target ]]; then
        target=(--target "$2")
        shift
    else
        switches+=("$1")
    fi
    shift
done
cmake --preset "${switches[@]}"
cmake --build --preset "${switches[0]}" -j "${JOBS:-$(nproc)}" "${target[@]}"
