#!/bin/bash
# replay.sh PROGRAM TRANSCRIPT…: runs the commands of each transcript and compares what they say with what stands there.
# replay.sh --update PROGRAM TRANSCRIPT…: writes the transcripts anew; read the difference before you commit it.
#
# A line `$ command` is run by bash in an empty folder that has tests/cli/cohort as `cohort`. Below it stand its stdout
# (two spaces before each line), its stderr (`! `) and, unless it is 0, its exit status (`= `). Other lines are prose.
set -u
update=false
[[ $1 == --update ]] && { update=true; shift; }
program=$(realpath "$1")
shift
here=$(cd "$(dirname "$0")" && pwd)
failures=0

run_line() {
    (cd "$scratch/folder" && env -i PATH="$(dirname "$program"):/usr/bin:/bin" HOME="$scratch" USER=reader TZ=UTC LC_ALL=C.UTF-8 \
        ASAN_OPTIONS="${ASAN_OPTIONS:-}" NODTRACK_NOW=2026-11-20T09:00:00Z bash -c "$1" >"$scratch/out" 2>"$scratch/err" </dev/null)
    local status=$?
    sed 's/^/  /' "$scratch/out"
    sed -E '/^[a-z]+: .* \([0-9]+ %\)$/d; s/^/! /' "$scratch/err"
    [[ $status == 0 ]] || echo "= $status"
}

for transcript in "$@"; do
    scratch=$(mktemp -d)
    mkdir "$scratch/folder"
    cp -r "$here/cohort" "$scratch/folder/cohort"
    while IFS= read -r line; do
        case $line in
            '$ '*)
                printf '%s\n' "$line"
                run_line "${line#\$ }"
                ;;
            '  '* | '! '* | '= '*) ;;
            *) printf '%s\n' "$line" ;;
        esac
    done <"$transcript" >"$scratch/actual"
    if $update; then
        cp "$scratch/actual" "$transcript"
    elif ! diff -u "$transcript" "$scratch/actual"; then
        echo "$transcript: not what the program says now"
        failures=$((failures + 1))
    fi
    rm -rf "$scratch"
done
exit "$((failures > 0))"
