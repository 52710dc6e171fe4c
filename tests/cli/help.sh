#!/bin/bash
# [WITHOUT_ITK=1] help.sh ROOT PROGRAM: every command tells of itself, and each of its examples is a call that the program takes.
set -u
root=$1 program=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$root/sample_data" "$root/schema" "$scratch/"
cd "$scratch" || exit 2
export NODTRACK_NOW=2027-02-12T09:00:00Z NODTRACK_DB=$scratch/nodtrack.db USER=reader
PATH=$(dirname "$program"):$PATH
faults=0
fault() { echo "$*"; faults=1; }

names=$(nodtrack --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\( [a-z-][a-z-]*\)\{0,1\}\)  .*/\1/p')
[[ $(wc -l <<<"$names") -ge 15 ]] || fault "--help lists only: $names"
nodtrack ingest sample_data/cohort >/dev/null || fault "the sample cohort cannot be taken in"
# Files that examples name.
nodtrack audit head >head-2026-12-31.txt
mkdir -p out

while IFS= read -r name; do
    # The words of a name are words of the call.
    # shellcheck disable=SC2086
    nodtrack $name --help >help.txt 2>err.txt </dev/null || fault "$name --help: exit status $?"
    [[ -s err.txt ]] && fault "$name --help says on stderr: $(cat err.txt)"
    for section in 'Usage:' 'Options:' 'Examples:' 'Exit status:'; do
        grep -q "^$section" help.txt || fault "$name --help has no '$section'"
    done
    examples=$(sed -n '/^Examples:/,/^Exit status:/s/^  \(nodtrack .*\)/\1/p' help.txt)
    [[ -n $examples ]] || fault "$name --help has no example"
    while IFS= read -r example; do
        [[ $example == *'| '* ]] && example=${example%%| *}
        # A build without ITK says that it cannot read images; the other builds try these.
        [[ ${WITHOUT_ITK:-} && $example == *sample_data/ct/* ]] && continue
        # A service runs until it is stopped, and then it ends well.
        [[ $name == serve ]] && example="timeout --preserve-status --signal TERM 2 $example"
        (eval "$example") >out.txt 2>err.txt </dev/null
        status=$?
        [[ $status == 1 || $status == 2 ]] && fault "example '$example': exit status $status: $(head -3 err.txt)"
    done <<<"$examples"
done <<<"$names"
exit $faults
