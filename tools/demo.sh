#!/bin/bash
# demo.sh BIN FOLDER [--hints]: shows what the program in BIN does with the sample data, in a fresh registry in FOLDER;
# with --hints also what to try next.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/demo_day.sh
folder=$2
PATH=$PWD/$1:$PATH
export NODTRACK_DB=$folder/nodtrack.db
rm -rf "$folder"
mkdir -p "$folder"

show() {
    local line="" word
    for word in "$@"; do
        [[ $word == *' '* ]] && word="\"$word\""
        line+=" $word"
    done
    echo
    echo "\$ nodtrack$line"
    nodtrack "$@"
}
echo "A registry of 51 invented patients, on $demo_day."
show ingest sample_data/cohort
echo
echo "SARC-042 has a nodule on her newest CT that nobody has measured. Its answer before:"
show assess SARC-042
show measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --patient SARC-042 --scan CT-2026-11-10 --nodule N1
echo
echo "… and after:"
show assess SARC-042
show assess --all
echo
echo "Why SARC-002, whose nodule grew less than the measuring error from each CT to the next?"
show explain SARC-002
echo
echo "What would change her answer? Found by judging again, not written by hand:"
show explain SARC-002 --what-if
echo
echo "The working day: who needs something done?"
show worklist --within 14
echo
echo "A picture of one patient, and a page for the tumour board:"
show trend SARC-002 --svg "$folder/trend-SARC-002.svg"
show board SARC-013 --html "$folder/board-SARC-013.html" --meeting "Sarcoma tumour board 2026-11-24"
echo
echo "The board has met. What it decided stands beside the policy's answer:"
show decide SARC-013 --accept --board --present "Dr Adeyemi, Dr Brandt" --by "Dr Adeyemi" --reason "wedge resection of N1"
show worklist --group board
show audit verify
echo
echo "Pictures to look at: $folder/trend-SARC-002.svg (any browser), $folder/board-SARC-013.html (prints on one A4 page)"

[[ ${3:-} == --hints ]] || exit 0
cat <<TEXT

What to try next, with the registry this made:

  export PATH=\$PWD/$1:\$PATH NODTRACK_DB=$folder/nodtrack.db NODTRACK_NOW=$NODTRACK_NOW
  nodtrack explain SARC-003          a calcified metastasis that looks like a granuloma (SARC-001)
  nodtrack explain SARC-050          one outlying prior is measured again, not believed
  nodtrack trend SARC-016            surgery, SBRT and quiet since; --html for a page
  nodtrack board --html board.html   a page for each patient whom the board has to see
  nodtrack policy show               the criteria, each with its paper
  nodtrack history SARC-042 --changed
  nodtrack log --help                a nodule typed at the workstation
  nodtrack --help                    all commands; docs/commands has a page for each
  ./run serve                        the same patients in the browser, with an account for each role

The patients and what to look at in each: sample_data/README.md.
TEXT
