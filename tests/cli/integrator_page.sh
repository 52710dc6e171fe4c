#!/bin/bash
# integrator_page.sh ROOT PROGRAM: docs/how-to/integrator.md and the program have the same codes. Each code of the room's
# sources stands in the page; each code of the page stands in the sources, or in a report that is written (DCMTK's
# templates bring codes of their own).
set -u
root=$(cd "$1" && pwd)
program=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 2
page=$root/docs/how-to/integrator.md
schemes='SCT|SRT|DCM|RADLEX'
faults=0
fault() { echo "FAILED: $*"; faults=1; }

# {"SCT", "42400003"} and name.is("DCM", "125007"); Code{"27925004", "SCT", "Nodule"}
codes_of_sources() {
    cat "$root"/src/exchange/*.[ch]pp "$root"/src/exchange/dcmtk/*.[ch]pp | tr '\n' ' ' >sources
    grep -oE "\"($schemes)\", +\"[A-Z0-9-]+\"" sources | sed -E 's/"(.*)", +"(.*)"/\1 \2/'
    grep -oE "\"[A-Z0-9-]+\", +\"($schemes)\"," sources | sed -E 's/"(.*)", +"(.*)",/\2 \1/'
}
codes_of_sources | sort -u >of_sources
grep -oE "\b($schemes) [A-Z0-9-]*[0-9][A-Z0-9-]*" "$page" | sort -u >of_page
[[ $(wc -l <of_sources) -gt 80 ]] || fault "only $(wc -l <of_sources) codes found in the sources: is the pattern right?"
comm -23 of_sources of_page >missing
[[ -s missing ]] && fault "not in docs/how-to/integrator.md: $(xargs <missing)"

export NODTRACK_NOW=2026-11-20T09:00:00Z
"$program" --db registry.db ingest "$root/sample_data/cohort" --confirm >/dev/null || exit 1
"$program" --db registry.db export out --format dicom >/dev/null || exit 1
while read -r scheme value; do
    grep -qaF "$value" out/sr-*.dcm || fault "in docs/how-to/integrator.md, neither in src/exchange nor in a report: $scheme $value"
done < <(comm -13 of_sources of_page)
exit $faults
