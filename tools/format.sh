#!/bin/bash
# format.sh [--check]: formats our C++ files; with --check tells which are not.
set -euo pipefail
cd "$(dirname "$0")/.."
how=(-i)
[[ ${1:-} == --check ]] && how=(--dry-run --Werror)
find include src cli tests tools -name '*.cpp' -o -name '*.hpp' | sort | xargs clang-format-14 "${how[@]}"
