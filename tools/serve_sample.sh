#!/bin/bash
# serve_sample.sh PROGRAM FOLDER: serves the sample data, with an account for each role, from a registry in FOLDER that
# is made where there is none. The clock begins on the day of the sample data and goes on from there.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/demo_day.sh
program=$1 folder=$2
export NODTRACK_DB=$folder/nodtrack.db

make_registry() {
    local who role shown
    mkdir -p "$folder"
    "$program" ingest sample_data/cohort >/dev/null
    "$program" measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --patient SARC-042 --scan CT-2026-11-10 --nodule N1 >/dev/null
    while read -r who role shown; do
        echo "demo-$who-2026" | "$program" user add "$who" --role "$role" --display-name "$shown" >/dev/null
    done <<ACCOUNTS
radiologist radiologist Dr Rhea Dahl
board board Dr Ben Adeyemi
researcher researcher Sam Novak
admin admin Ada Minor
ACCOUNTS
}

[[ -e $NODTRACK_DB ]] || make_registry
cat <<TEXT

A registry of 51 invented patients, on $demo_day, in $folder (remove it to begin anew).
Sign in as one of (these passwords are public: never on a registry of patients)

  radiologist  demo-radiologist-2026   logs measurements, corrects their own
  board        demo-board-2026         goes through the meeting's list, decides
  researcher   demo-researcher-2026    takes the de-identified export
  admin        demo-admin-2026         accounts, audit

The service is at the address below; Ctrl-C stops it.

TEXT
exec "$program" serve --listen "${LISTEN:-127.0.0.1:8080}"
