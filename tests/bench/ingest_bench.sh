#!/bin/bash
# ingest_bench.sh BUILD_FOLDER [PATIENTS]: CPU seconds of taking in a made-up cohort (five measurements a patient; by
# default 200,000 patients, a million measurements), beside `sqlite3 .import` of the same files into keyed tables in the
# same run. The bar: ingest, reading the CSV files included, costs at most three times the import of measurements.csv.
set -eu -o pipefail
bench=$(realpath "$1")/bin/ingest_bench
patients=${2:-200000}
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$here/ingest_cohort.py" "$patients" "$work/cohort"

# A text column for each name of the header; the key are its first columns.
import() {
    local file=$1 keys=$2 columns
    columns=$(head -1 "$work/cohort/$file.csv" | sed 's/,/ TEXT, /g')
    sqlite3 "$work/import.db" "CREATE TABLE $file ($columns TEXT, PRIMARY KEY ($keys))"
    /usr/bin/env bash -c "TIMEFORMAT='%U %S'; time sqlite3 '$work/import.db' '.mode csv' \
        '.import --skip 1 $work/cohort/$file.csv $file'" 2>&1 | awk '{print $1 + $2}'
}

sqlite3 "$work/import.db" "PRAGMA journal_mode = WAL" > /dev/null
measurements=$(import measurements patient_id,scan_id,nodule_id)
scans=$(import scans patient_id,scan_id)
patient_rows=$(import patients patient_id)
"$bench" "$work/cohort" "$work/registry.db" | tee "$work/ours"
awk -v m="$measurements" -v s="$scans" -v p="$patient_rows" '
    /^read the CSV files/ || /^ingest  / { ours += $(NF - 1) }
    END {
        printf "sqlite3 .import              %7.2f s, of which measurements.csv %.2f s\n", m + s + p, m
        printf "read and ingest              %7.2f s: %.2f of importing all, %.2f of measurements.csv alone\n",
            ours, ours / (m + s + p), ours / m
        exit ours > 3 * m
    }' "$work/ours"
