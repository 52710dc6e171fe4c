#!/bin/bash
# bench.sh BUILD: each benchmark in turn, with the programs of that build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
# accuracy.sh needs a generator of synthetic scans and is run by hand: it says how.
for bench in tests/bench/*_bench.sh; do bash "$bench" "$1"; done
