#!/bin/bash
# fuzz.sh SECONDS: runs each fuzz target of build/asan so long. Each starts from the committed corpus; what it finds
# stays in build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

fuzz_one() {
    local name=${1##*/fuzz_} found
    found=build/fuzz/$name
    mkdir -p "$found/corpus"
    "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="$found/" "$found/corpus" "tests/fuzz/corpus/$name" >"$found/log" 2>&1 ||
        { echo "fuzz_$name failed:"; tail -n 40 "$found/log"; return 1; }
    echo "fuzz_$name: $(grep -o 'number_of_executed_units.*' "$found/log")"
}
export -f fuzz_one

programs=$(find build/asan/bin -name 'fuzz_*' -type f | sort)
[[ -n $programs ]] || { echo "no fuzz targets yet"; exit; }
xargs -P "${JOBS:-$(nproc)}" -I{} bash -c "fuzz_one {} $1" <<<"$programs"
