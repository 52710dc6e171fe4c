#!/bin/bash
# dicom_readers.sh NODTRACK MAKE_CT_PAIR ROOT: DICOM objects as other programs read them (tests/exchange/readers). The
# reports of the sample cohort: loaded by OHIF's own extension, each value the record's, and where the CT is at hand
# editable there and a caliper in Cornerstone; umlauts right in bytes. Segmentations: as many voxels in Cornerstone as in
# nodtrack. Skipped (77) where the readers are not installed (tools/readers.sh).
set -u
nodtrack=$(realpath "$1") make_ct_pair=$(realpath "$2") root=$(cd "$3" && pwd)
readers=$root/tests/exchange/readers
[[ -x $readers/node_modules/.bin/esbuild ]] || { echo "no $readers/node_modules: run tools/readers.sh"; exit 77; }
command -v node >/dev/null || { echo "there is no node: install nodejs (packages.txt)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export NODTRACK_NOW=2026-11-20T09:00:00Z
faults=0
fault() { echo "FAILED: $*"; faults=1; }
check_reports() { node "$readers/check_reports.cjs" libraries.cjs "$@"; }

(cd "$readers" && node_modules/.bin/esbuild libraries.mjs --bundle --platform=node --format=cjs --target=node18 \
    --log-level=error --outfile="$work/libraries.cjs") || exit 1

# As the sample record is: no images.
"$nodtrack" --db first.db ingest "$root/sample_data/cohort" --confirm >/dev/null || exit 1
"$nodtrack" --db first.db export bare --format dicom >/dev/null || exit 1
check_reports bare || fault "reports without images"

# With images, lines to draw on them, and umlauts.
"$nodtrack" --db first.db export json --format json >/dev/null || exit 1
node "$readers/on_ct.cjs" libraries.cjs json/record.json drawn || exit 1
"$nodtrack" --db second.db ingest drawn/record --confirm >/dev/null || exit 1
"$nodtrack" --db second.db export out --format dicom --ct drawn/ct || exit 1
check_reports out drawn/ct || fault "reports with images"
mapfile -t with_lines < <(grep -lFa Bidirectional: out/sr-*.dcm)
drawn=${#with_lines[@]}
[[ $drawn -gt 100 ]] || fault "only $drawn reports have lines"
for name in 'Müller^Jörg' 'Bär-Öz'; do
    named=$(grep -lFa "$name" "${with_lines[@]}" | wc -l)
    [[ $named == "$drawn" ]] || fault "'$name' stands in $named of $drawn reports in UTF-8"
done

# A check that cannot fail is a defect: another size, a tool that OHIF does not know, an end that is elsewhere.
mutated() {
    rm -rf mutated
    mkdir mutated
    cp out/sr-SARC-001-CT-2023-05-16.dcm out/measurements.csv mutated
    LC_ALL=C sed -i "$2" "mutated/$1"
    cmp -s "out/$1" "mutated/$1" && fault "nothing to mutate in $1: $2"
    check_reports mutated drawn/ct >said && fault "$2 in $1 is not told"
    grep -q "$3" said || { cat said; fault "$2 in $1 is told otherwise"; }
}
mutated sr-SARC-001-CT-2023-05-16.dcm 's/\(\xa3DS\x04\x00\)4\.6 /\14.7 /' 'Long Axis in OHIF: 4.70 mm, and the record has 4.60 mm'
mutated sr-SARC-001-CT-2023-05-16.dcm 's/:Bidirectional:/:Bidirectionax:/' 'whether OHIF lets it be edited: false'
mutated measurements.csv '2s/-2.3 0.0 0.0 2.3/-2.3 0.0 0.0 2.4/' 'Cornerstone has the ends at'

# Segmentations, two nodules each. (Cornerstone 5.6.8 refuses one whose bits end on an odd byte, for the byte that DICOM
# pads it with: only where the pixels of a slice are no multiple of 16. These two end on an even one.)
"$make_ct_pair" ct >/dev/null || exit 1
voxels_of() { # of measure's JSON: the slices' voxels have 1.4 mm each way
    /usr/bin/python3 -c 'import json, sys
for number, line in enumerate(sys.stdin, 1):
    one = json.loads(line)
    print(number, one["nodule_id"], round(one["voxel_volume_mm3"] / 1.4**3))'
}
for pair in 'A B' 'C D'; do
    grep -E "^(nodule_id|${pair/ /|})," ct/prior.csv >clicks.csv
    rm -f seg.dcm
    "$nodtrack" measure ct/prior --seeds clicks.csv --save-mask seg.dcm --json | voxels_of >ours || fault "segmentation of $pair"
    [[ $(cut -d' ' -f2 ours | xargs) == "$pair" ]] || fault "not measured: $pair"
    node "$readers/check_segments.cjs" libraries.cjs seg.dcm ct/prior >theirs || fault "$(cat theirs)"
    diff ours theirs || fault "Cornerstone reads other voxels of $pair"
    for number in 1 2; do
        "$nodtrack" measure ct/prior --mask seg.dcm --segment "$number" --json | voxels_of | cut -d' ' -f3
    done >back
    diff <(cut -d' ' -f3 ours) back || fault "--mask reads other voxels of $pair"
done
/usr/bin/python3 - <<'PYTHON'
from pathlib import Path
data = bytearray(Path("seg.dcm").read_bytes())
last = max(i for i, byte in enumerate(data) if byte)
data[last] &= data[last] - 1  # one voxel less
Path("less.dcm").write_bytes(data)
PYTHON
node "$readers/check_segments.cjs" libraries.cjs less.dcm ct/prior | diff -q ours - >/dev/null && fault "a voxel less is not told"
exit $faults
