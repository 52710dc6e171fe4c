#!/bin/bash
# tidy.sh core|all: clang-tidy, the slowest check by far. `core` is what every test run looks at: exactness and the
# judgement, as build/dev compiles it. `all` are the files that build/asan compiles: clang-14 cannot read Debian's ITK
# headers.
set -euo pipefail
cd "$(dirname "$0")/.."

# One file's stamp is younger than everything it may depend on: nothing to do.
tidy_one() {
    local file=$1 stamp=build/tidy/$1.ok
    if [[ -e $stamp ]] && [[ -z $(find "$file" .clang-tidy include "$(dirname "$file")" -newer "$stamp" -type f | head -1) ]]; then
        return
    fi
    clang-tidy-14 --quiet -p "$build" "$file" 2>/dev/null || { echo "clang-tidy: $file"; return 1; }
    mkdir -p "$(dirname "$stamp")"
    touch "$stamp"
}
export -f tidy_one

case ${1:-} in
    core)
        export build=build/dev
        files=$(printf '%s\n' src/domain/{date,quantity}.cpp src/growth/*.cpp src/policy/evaluate.cpp \
            src/assess/{build_timeline,facts,judge_growth,schedule}.cpp)
        ;;
    all)
        export build=build/asan
        files=$(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' $build/compile_commands.json | sed "s|^$PWD/||" |
            grep -E '^(src|cli)/' | sort -u)
        ;;
    *)
        echo "usage: tools/tidy.sh core|all" >&2
        exit 2
        ;;
esac
xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'tidy_one {}' <<<"$files"
