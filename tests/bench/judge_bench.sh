#!/bin/bash
# judge_bench.sh BUILD_FOLDER [PATIENTS | REGISTRY]: CPU seconds and memory of judging a whole registry (by default a
# made-up cohort of 200,000 patients), reading it included, and of what stands on that: one patient, the worklist, the
# comparison of two policies. Best of three runs each. Exit status 1 when a bar is missed:
#   assess --all: 30,000 patients a CPU-second with --reasons none, 8,000 with fired, 1,500 with all; one patient 30 ms;
#   policy diff at most 2.5 times one assess --all --reasons none; memory that does not grow with the registry.
set -eu -o pipefail
program=$(realpath "$1")/bin/nodtrack
patients=${2:-200000}
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
most_kilobytes=200000
export NODTRACK_DB=$work/registry.db
day=2026-11-20
if [[ -f $patients ]]; then
    cp "$patients" "$NODTRACK_DB"
else
    python3 "$here/ingest_cohort.py" "$patients" "$work/cohort"
    "$program" ingest "$work/cohort" >/dev/null 2>&1
fi

# best COMMAND…: CPU seconds and largest resident size in kilobytes of the best of three runs.
best() {
    local cpu
    for _ in 1 2 3; do
        cpu=$(bash -c 'TIMEFORMAT="%U %S"; out=$1; shift
            { time "$@" >"$out" 2>/dev/null; } 2>&1' _ "$work/out" "$program" "$@") ||
            { echo "failed: nodtrack $*" >&2; cpu="1e9 0"; }
        awk '{print $1 + $2}' <<<"$cpu"
    done | sort -g | head -1
}

# peak COMMAND…: its largest resident size in kilobytes.
peak() {
    python3 - "$program" "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}

faults=0
# bar NAME VALUE UNIT at_least|at_most LIMIT
bar() {
    local verdict
    verdict=$(awk -v v="$2" -v l="$5" -v how="$4" 'BEGIN {print (how == "at_least" ? v >= l : v <= l) ? "ok" : "MISSED"}')
    printf '%-44s %10s %-22s %s %s: %s\n' "$1" "$2" "$3" "${4/_/ }" "$5" "$verdict"
    [[ $verdict == ok ]] || faults=1
}

for reasons in none:30000 fired:8000 all:1500; do
    cpu=$(best assess --all --reasons "${reasons%:*}" --json --as-of $day)
    judged=$(wc -l <"$work/out")
    [[ $reasons == none:* ]] && none_cpu=$cpu && one=$(head -1 "$work/out" | sed 's/.*"patient_id": *"\([^"]*\)".*/\1/')
    bar "assess --all --reasons ${reasons%:*}, $judged patients" \
        "$(awk -v n="$judged" -v c="$cpu" 'BEGIN {printf "%d", n / c}')" "patients / CPU-s" at_least "${reasons#*:}"
done
bar "assess --all --reasons none, memory" "$(peak assess --all --reasons none --json --as-of $day)" kB at_most $most_kilobytes
bar "assess of one patient" "$(awk -v c="$(best assess "$one" --as-of $day)" 'BEGIN {printf "%d", 1000 * c}')" "ms CPU" at_most 30
printf '%-44s %10s %s\n' "worklist" "$(awk -v c="$(best worklist --as-of $day)" -v n="$none_cpu" 'BEGIN {printf "%.2f", c / n}')" "times assess --all --reasons none"

"$program" policy show --json >"$work/a.json"
# One number moved: a stable nodule is of low suspicion below 4.0 mm, not below 5.0.
sed '/"id": "N11c"/,/"then"/s/"below": 5.0/"below": 4.0/' "$work/a.json" >"$work/b.json"
cmp -s "$work/a.json" "$work/b.json" && { echo "the other policy is the same one"; exit 2; }
diff_bar() {
    local name=$1 cpu
    shift
    cpu=$(best policy diff "$@" --as-of $day --json)
    bar "policy diff of two $name, $(($(wc -l <"$work/out") - 1)) differ" \
        "$(awk -v a="$cpu" -v b="$none_cpu" 'BEGIN {printf "%.2f", a / b}')" "times assess --all" at_most 2.5
}
diff_bar policies "$work/a.json" "$work/b.json"
diff_bar schedules --profile default --profile six_monthly
exit $faults
