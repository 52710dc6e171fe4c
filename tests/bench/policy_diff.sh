#!/bin/bash
# policy_diff.sh PROGRAM REGISTRY: the bar of `policy diff`: at most 2.5 times the CPU of one `assess --all --reasons
# none`, the best of three runs each, and memory that does not grow with the registry. REGISTRY is copied first; the bar
# is meant for 200,000 patients. Two comparisons: another policy and two schedules; the writing of the lines counts.
# Exit status 1 when the bar is missed.
set -u
program=$(realpath "$1")
most_ratio=2.5 most_kilobytes=200000
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$2" "$scratch/registry.db"
day=2026-11-20
"$program" policy show --json >"$scratch/a.json"
# One number moved: a stable nodule is of low suspicion below 4.0 mm, not below 5.0.
sed '/"id": "N11c"/,/"then"/s/"below": 5.0/"below": 4.0/' "$scratch/a.json" >"$scratch/b.json"
cmp -s "$scratch/a.json" "$scratch/b.json" && { echo "the other policy is the same one"; exit 2; }

# Prints CPU seconds and the largest resident size in kilobytes of the best of three runs.
best() {
    for _ in 1 2 3; do
        /usr/bin/time -f '%U %S %M' -o "$scratch/time" "$program" --db "$scratch/registry.db" "$@" >"$scratch/out" || exit 2
        awk '{print $1 + $2, $3}' "$scratch/time"
    done | sort -n | head -1
}

read -r assess_cpu assess_memory < <(best assess --all --reasons none --json --as-of $day)
echo "assess --all --reasons none --json   $assess_cpu s CPU, $assess_memory kB, $(wc -l <"$scratch/out") patients"
faults=0
measure() {
    local name=$1
    shift
    read -r cpu memory < <(best policy diff "$@" --as-of $day --json)
    ratio=$(awk -v a="$cpu" -v b="$assess_cpu" 'BEGIN {printf "%.2f", a / b}')
    echo "$name   $cpu s CPU, $memory kB, $(($(wc -l <"$scratch/out") - 1)) differences, $ratio times"
    awk -v r="$ratio" -v m="$memory" -v R=$most_ratio -v M=$most_kilobytes 'BEGIN {exit !(r <= R && m <= M)}' || {
        echo "the bar is $most_ratio times and $most_kilobytes kB"
        faults=1
    }
}
measure "policy diff of two policies         " "$scratch/a.json" "$scratch/b.json"
measure "policy diff of two schedules        " --profile default --profile six_monthly
exit $faults
