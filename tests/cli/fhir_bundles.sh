#!/bin/bash
# fhir_bundles.sh NODTRACK ROOT: the sample cohort goes out as FHIR Bundles and comes in again: two validators of others find
# no error (where web/node_modules has them), an empty registry gives the same Bundles and assessments, taken in twice
# nothing is new, and each planted fault is refused with its path.
set -u
nodtrack=$1 root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export NODTRACK_NOW=2026-11-20T09:00:00Z
faults=0
fault() { echo "FAILED: $1"; faults=1; }

"$nodtrack" --db first.db ingest "$root/sample_data/cohort" --confirm >/dev/null || exit 1
"$nodtrack" --db first.db export first --format fhir >/dev/null || exit 1
"$nodtrack" --db first.db export again --format fhir >/dev/null || exit 1
diff -rq first again || fault "the same export twice is another"
bundles=(first/fhir-*.json)
[[ ${#bundles[@]} -gt 40 ]] || fault "too few Bundles: ${#bundles[@]}"

"$nodtrack" --db second.db ingest first --confirm >taken || fault "the export is not taken in: $(tail -3 taken)"
"$nodtrack" --db second.db export second --format fhir >/dev/null || fault "the second export fails"
diff -rq first second || fault "the second registry gives other Bundles"
diff <("$nodtrack" --db first.db assess --all --json) <("$nodtrack" --db second.db assess --all --json) >/dev/null ||
    fault "the assessments are others"
"$nodtrack" --db second.db ingest first/fhir-*.json --confirm | tail -1 | grep -q '^nothing new' || fault "taken in twice, something is new"

# With mCODE's profiles, and without what identifies a patient.
"$nodtrack" --db first.db export mcode --format fhir --profile mcode >/dev/null || fault "no export with mCODE"
"$nodtrack" --db third.db ingest mcode --confirm >/dev/null || fault "Bundles with mCODE profiles are not taken in"
"$nodtrack" --db first.db export study --format fhir --deidentified >/dev/null || fault "no de-identified export"
while IFS=, read -r patient birth _; do
    [[ $patient == patient_id ]] && continue
    grep -rqF -e "\"$patient\"" ${birth:+-e "\"$birth\""} study && fault "de-identified Bundles name $patient"
done <"$root/sample_data/cohort/patients.csv"
grep -rq '2\.25\.\|urn:dicom' study && fault "de-identified Bundles have UIDs"
"$nodtrack" --db fourth.db ingest study --confirm >/dev/null || fault "de-identified Bundles are not taken in"

if [[ -d $root/web/node_modules/@medplum/core ]]; then
    node "$root/tests/cli/valid_bundles.mjs" "$root/web" "$work"/{first,mcode,study}/fhir-*.json || fault "others find errors"
    # A check that cannot fail is a defect.
    sed '0,/"code": "mm"/s//"code": "kg"/' "${bundles[0]}" >wrong.json
    node "$root/tests/cli/valid_bundles.mjs" "$root/web" wrong.json >/dev/null && fault "a unit of kg is valid"
else
    echo "web/node_modules/@medplum is not there (npm ci in web): the Bundles were not validated by others"
fi

if command -v node >/dev/null; then
    mkdir planted
    node "$root/tests/cli/plant_faults.mjs" first/fhir-SARC-002.json planted || fault "no faults were planted"
    "$nodtrack" --db second.db ingest planted/sound.json >sound || fault "a sound Bundle of another program is refused"
    grep -q 'recorded already' sound || fault "what a sound Bundle says is not found again"
    while IFS=$'\t' read -r name path; do
        "$nodtrack" --db second.db ingest "planted/$name.json" >out 2>told
        status=$?
        [[ $status == 3 ]] && grep -qF "$path: " told || { cat told; fault "$name: status $status, expected 3 and $path"; }
    done <planted/faults.tsv
    [[ $(wc -l <planted/faults.tsv) -ge 18 ]] || fault "too few kinds of faults"
fi

# What is no Bundle at all, and what would overflow a stack or a memory.
head -c 2000 "${bundles[0]}" >cut.json
{ printf '{"resourceType":"Bundle","entry":'; printf '[%.0s' {1..20000}; } >deep.json
printf '{"resourceType":"Bundle","type":"collection","type":"batch"}' >repeated.json
printf '{"resourceType":"Patient"}' >alone.json
for file in cut deep repeated alone; do
    (ulimit -v 1000000; "$nodtrack" --db second.db ingest $file.json >/dev/null 2>told)
    status=$?
    [[ $status == 3 ]] || { cat told; fault "$file.json: status $status, expected 3"; }
done
# nodtrack's own, changed by hand: what is said twice must not differ.
sed 's/"status": "available"/"status": "unknown"/' first/fhir-SARC-002.json >changed.json
"$nodtrack" --db second.db ingest changed.json 2>told && fault "a changed Bundle is taken in"
grep -q 'resource.status: is "unknown"' told || { cat told; fault "a changed Bundle: no path"; }
exit $faults
