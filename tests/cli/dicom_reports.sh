#!/bin/bash
# dicom_reports.sh NODTRACK ROOT: the sample cohort goes out as DICOM reports and comes in again. dciodvfy (dicom3tools)
# finds no error in them; a registry that was empty gives the same files and assessments; taken in twice nothing is new.
set -u
nodtrack=$1 root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export NODTRACK_NOW=2026-11-20T09:00:00Z
faults=0
fault() { echo "$1"; faults=1; }

"$nodtrack" --db first.db ingest "$root/sample_data/cohort" --confirm >/dev/null || exit 1
"$nodtrack" --db first.db export first --format dicom || exit 1
command -v dciodvfy >/dev/null || fault "there is no dciodvfy: install dicom3tools (packages.txt)"
reports=(first/sr-*.dcm)
[[ ${#reports[@]} -gt 50 ]] || fault "too few reports: ${#reports[@]}"
for report in "${reports[@]}"; do
    dciodvfy "$report" 2>&1 | grep -a '^Error' | sed "s|^|$report: |"
done >errors
[[ -s errors ]] && { head -20 errors; fault "dciodvfy finds errors"; }

"$nodtrack" --db second.db ingest first --confirm >taken || { tail -5 taken; fault "the export is not taken in"; }
tail -1 taken | grep -q '^nothing new' || fault "reports beside the record say something new: $(tail -1 taken)"
"$nodtrack" --db second.db export second --format dicom >/dev/null || fault "the second export fails"
diff -rq first second || fault "the second export is another"
diff <("$nodtrack" --db first.db assess --all --json) <("$nodtrack" --db second.db assess --all --json) >/dev/null ||
    fault "the assessments are others"
exit $faults
