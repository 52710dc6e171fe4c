#!/bin/bash
# Tests of the pages: `web/run-tests.sh PROGRAM` makes a registry of the sample data in a folder of its own, starts `PROGRAM serve` on a free
# port, runs the unit tests and those in Debian's Chromium, and stops the service.
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: web/run-tests.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "$0")"

[[ -d node_modules ]] || npm ci --ignore-scripts --no-audit --no-fund
folder=$(mktemp -d)
service=
finish() {
    [[ -n $service ]] && kill "$service" 2>/dev/null && wait "$service" 2>/dev/null
    rm -rf "$folder"
}
trap finish EXIT

export NODTRACK_DB=$folder/nodtrack.db NODTRACK_NOW=2026-11-20T08:00:00Z NODTRACK_TEST_PASSWORD='a long password'
"$program" ingest ../sample_data/cohort >/dev/null
node tests/seed.mjs "$folder/eight"
"$program" ingest "$folder/eight" >/dev/null

# One nodule has an image, for the film-strip.
"$program" measure ../sample_data/ct/chest.nrrd --mask ../sample_data/ct/nodule.nrrd --patient SARC-042 --scan CT-2026-11-10 --nodule N1 >/dev/null

# The pages' types are those of the API's document.
"$program" docs "$folder/docs" --api "$folder/openapi.json"
node_modules/.bin/openapi-typescript "$folder/openapi.json" -o "$folder/types.gen.ts" >/dev/null
diff -u src/api/types.gen.ts "$folder/types.gen.ts" || { echo "src/api/types.gen.ts is out of date: npm run types (web/README.md)"; exit 1; }

node_modules/.bin/vitest run

(umask 077 && printf '%s\n' "$NODTRACK_TEST_PASSWORD" >"$folder/password")
while read -r name role shown; do
    "$program" user add "$name" --role "$role" --display-name "$shown" --password-file "$folder/password"
done <<'PEOPLE'
ada radiologist Dr Ada Reader
rafi radiologist Dr Rafi Second
bo board Dr Bo Chair
rhea researcher Rhea Search
root admin Administrator
PEOPLE
"$program" serve --listen 127.0.0.1:0 >"$folder/log" 2>&1 &
service=$!
for ((i = 0; i < 100; ++i)); do
    NODTRACK_SERVICE=$(grep -om1 'https\?://[0-9a-z.:]*[0-9]' "$folder/log" || true)
    [[ -n $NODTRACK_SERVICE ]] && break
    kill -0 "$service" 2>/dev/null || break
    sleep 0.1
done
[[ -n $NODTRACK_SERVICE ]] || { echo "the service did not start:"; cat "$folder/log"; exit 1; }
export NODTRACK_SERVICE
tests=(tests/{browser,service}/*.test.mjs)
node --test --test-reporter=tap ${NODTRACK_WEB_TESTS:-"${tests[@]}"} || { echo "the service said:"; tail -n 20 "$folder/log"; exit 1; }
