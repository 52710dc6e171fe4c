#!/bin/bash
# export_package.sh ROOT PROGRAM: an export read by others: its checksums, its data package (npm datapackage), its SAS
# files (readstat), and the paper's tables made of it (pandas), as recorded and de-identified.
set -u
root=$(cd "$1" && pwd)
program=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 2
export NODTRACK_NOW=2026-11-20T09:00:00Z NODTRACK_DB=$scratch/registry.db
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

mkdir decided
cp "$root"/sample_data/cohort/{patients,scans,measurements,therapies,events}.csv decided
printf '%s\n' patient_id,decided_on,kind,board,decided_by SARC-002,2026-11-12,accept,yes,'Dr A' SARC-003,2026-11-13,accept,yes,'Dr A' >decided/decisions.csv
"$program" ingest decided --confirm >/dev/null || exit 1
"$program" export recorded >/dev/null || exit 1
"$program" export study --deidentified >/dev/null || exit 1

for folder in recorded study; do
    (cd "$folder" && sha256sum -c --quiet SHA256SUMS) || fail "$folder: checksums"
    [[ $(wc -l <"$folder/SHA256SUMS") == $(($(find "$folder" -type f | wc -l) - 1)) ]] || fail "$folder: files without a checksum"
    # A CSV file of the package, and the same read back from SAS XPORT, as tables of values.
    for domain in tu tr; do
        readstat "$folder/$domain.xpt" "$domain.back.csv" >/dev/null 2>&1 || { fail "$folder/$domain.xpt cannot be read"; continue; }
        /usr/bin/python3 - "$folder/$domain.csv" "$domain.back.csv" <<'PYTHON' || fail "$folder/$domain.xpt is not $domain.csv"
import csv, sys
def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
def value(cell):
    try:
        return round(float(cell), 6)
    except ValueError:
        return cell
ours, back = (rows(path) for path in sys.argv[1:])
assert len(ours) == len(back) and len(ours) > 50, (len(ours), len(back))
for line, (one, other) in enumerate(zip(ours, back), 1):
    assert [value(cell) for cell in one] == [value(cell) for cell in other], (line, one, other)
PYTHON
        rm -f "$domain.back.csv"
    done
done

if [[ -d $root/web/node_modules/datapackage ]]; then
    for folder in recorded study; do
        NODE_PATH=$root/web/node_modules node "$root/tests/cli/valid_package.cjs" "$folder/datapackage.json" || fail "$folder: data package"
    done
    # A check that cannot fail is a defect: a word that is none, and a row of nobody.
    cp -r recorded damaged
    sed -i '2s/,\(fe\)\?male,/,masculine,/' damaged/patients.csv
    NODE_PATH=$root/web/node_modules node "$root/tests/cli/valid_package.cjs" damaged/datapackage.json >/dev/null 2>&1 && fail "a damaged package is valid"
else
    echo "web/node_modules/datapackage is not there (npm ci in web): the data package was not validated"
fi

/usr/bin/python3 "$root/sample_data/analysis/paper_tables.py" study moved >/dev/null || fail "the paper's tables, de-identified"
/usr/bin/python3 "$root/sample_data/analysis/paper_tables.py" recorded tables >/dev/null || fail "the paper's tables"
for table in growth_curves time_to_board adherence policy; do
    [[ $(wc -l <"tables/$table.csv") -gt 1 ]] || fail "tables/$table.csv is empty"
done
grep -q '^sarcoma-lung-surveillance,' tables/policy.csv || fail "the policy's version"
exit "$((failures > 0))"
