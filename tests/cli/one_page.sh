#!/bin/bash
# one_page.sh ROOT PROGRAM: the tumour board's worksheet prints on exactly one A4 page a patient, and nothing of a page
# is cut off: for every sample patient, and for two made as hard as they come. Chromium prints it; without Chromium the
# test is skipped (exit status 77).
set -u
root=$1 program=$(realpath "$2")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    { echo "skipped: no chromium here to print with (apt install chromium)"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$root/sample_data/cohort" "$scratch/cohort"
cd "$scratch" || exit 2
mkdir hard
export NODTRACK_NOW=2026-11-20T09:00:00Z NODTRACK_DB=$scratch/nodtrack.db USER=reader HOME=$scratch
faults=0
fault() { echo "$*"; faults=1; }
chrome() { "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" "$@" 2>/dev/null; }

# 8 nodules on 12 scans (what has to fit whole) and 40 nodules, every word as long as it gets.
awk -v OFS=, 'BEGIN {
    print "patient_id,birth_date,sex,histology,tissue,grade,primary_site,curative_treatment_completed_on,resection_date,known_lung_metastases" > "hard/patients.csv"
    print "patient_id,scan_id,scan_date,modality,purpose,iv_contrast,slice_thickness_mm,reading,dlp_mgy_cm,dose_phantom_cm" > "hard/scans.csv"
    print "patient_id,scan_id,nodule_id,status,side,lobe,location,long_axis_mm,short_axis_mm,volume_mm3,volume_method,attenuation,shape,margin,calcification,suv_max" > "hard/measurements.csv"
    print "patient_id,kind,start_date,end_date,nodule_id" > "hard/therapies.csv"
    print "patient_id,nodule_id,kind,date,note" > "hard/events.csv"
    split("8 40", nodules, " ")
    for (p = 1; p <= 2; p++) {
        id = "HARD-" p "-a-patient-identifier-as-long-as-they-come"
        print id, "1975-05-05", "female", "extraskeletal_osteosarcoma", "soft_tissue", "high", "shoulder_girdle", "2023-11-11", "2023-09-09", "none" > "hard/patients.csv"
        for (t = 1; t <= 4; t++) print id, "systemic", "2023-1" t % 3 "-0" t, "2024-0" t "-10", "" > "hard/therapies.csv"
        for (s = 0; s < 12; s++) {
            print id, "scan-" s, sprintf("%d-%02d-05", 2024 + int(s / 4), 1 + (s * 3) % 12 ), "ct", "diagnostic", "none", "1.0", "complete", "150", "32" > "hard/scans.csv"
            for (n = 1; n <= nodules[p]; n++) {
                size = 4 + n % 8 + s * 0.3
                print id, "scan-" s, "nodule-" n "-upper-part", (s == 0 ? "new" : "present"), "left", "lul", "perifissural", size, size - 0.5, sprintf("%.1f", 0.4 * size ^ 3), "semi_automatic", (n % 2 ? "solid" : "complex_ground_glass"), "polygonal", "ill_defined", "amorphous", (s == 11 ? "1.4" : "") > "hard/measurements.csv"
            }
        }
        for (n = 1; n <= 5; n++) print id, "nodule-" n "-upper-part", "board_baseline", "2024-0" n "-20", "a note that is as long as notes become when somebody has the time to write them all down" > "hard/events.csv"
    }
}'
"$program" ingest cohort >/dev/null && "$program" ingest hard >/dev/null || { echo "the patients cannot be taken in"; exit 1; }
"$program" assess --all --json --reasons none | sed 's/^{"patient_id":"\([^"]*\)".*/\1/' >everybody.txt
patients=$(wc -l <everybody.txt)
[[ $patients == 53 ]] || fault "53 patients were to be printed, not $patients"
"$program" board --list everybody.txt --html board.html >/dev/null 2>&1 || { echo "no worksheet was written"; exit 1; }

chrome --no-pdf-header-footer --print-to-pdf=board.pdf board.html >/dev/null || { echo "chromium prints nothing"; exit 1; }
# Chromium writes one /Type /Page object a page, uncompressed.
pages=$(grep -aoE '/Type ?/Page([^s]|$)' board.pdf | wc -l)
[[ $pages == "$patients" ]] || fault "$patients patients, but $pages pages"
grep -aqE '/MediaBox ?\[0 0 59[45](\.[0-9]+)? 84[12](\.[0-9]+)?\]' board.pdf || fault "the sheets are not A4"

# A copy that measures itself as printed: what is higher than its page is cut off there.
measure='document.body.textContent = Array.from(document.querySelectorAll(".page"), p => "\\nmeasured " + (p.scrollHeight - p.clientHeight) + " " + Math.round(p.querySelector(".decision").clientHeight * 25.4 / 96) + " " + p.querySelector("h1").textContent).join("") + "\\n"'
sed "s|<meta http-equiv[^>]*>||; s|@media screen|@media not all|; s|</body>|<script>$measure</script></body>|" board.html >measuring.html
chrome --dump-dom measuring.html | grep '^measured' >measured.txt
[[ $(wc -l <measured.txt) == "$patients" ]] || fault "not every page could be measured"
while read -r _ over room name; do
    ((over <= 0)) || fault "$name: $over px are cut off"
    ((room >= 24)) || fault "$name: the box for the decision is only $room mm high"
done <measured.txt
for n in 1 2 3 4 5 6 7 8; do
    awk '/<main/ { page++ } page == 1' board.html | grep -q "<td>nodule-$n-upper" || fault "nodule $n of 8 is not on the page"
done
[[ -n ${KEEP:-} ]] && cp board.html board.pdf "$KEEP"
exit $faults
