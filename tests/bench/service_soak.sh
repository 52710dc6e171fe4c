#!/bin/bash
# service_soak.sh PROGRAM SECONDS: mixed load on a service (look-ups, lists, previews, durable writes, listeners). Exit
# status 1 where any answer was none that the request asks for, or where memory grows while the load stays the same.
set -euo pipefail
nodtrack=$(realpath "$1") seconds=$2
here=$(realpath "$(dirname "$0")")
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/nodtrack_soak.XXXXXX")
started=()
finish() {
    kill "${started[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
export NODTRACK_DB=$folder/registry.db PATIENTS=500
python3 "$here/ingest_cohort.py" "$PATIENTS" "$folder/cohort" >/dev/null
"$nodtrack" ingest "$folder/cohort" >/dev/null
echo "a long password" | "$nodtrack" user add reader --role radiologist >/dev/null
TOKEN=$("$nodtrack" user token reader --scope write --expires 2099-12-31)
export TOKEN
"$nodtrack" serve --listen 127.0.0.1:0 --access-log /dev/null >"$folder/address" 2>"$folder/log" &
service=$!
started+=("$service")
for _ in $(seq 100); do [[ -s $folder/address ]] && break; sleep 0.1; done
url=$(head -1 "$folder/address")

cat >"$folder/mixed.lua" <<'LUA'
math.randomseed(os.time())
local token, patients = os.getenv("TOKEN"), tonumber(os.getenv("PATIENTS"))
local run, count = os.getenv("RUN"), 0
local reads = {"", "/assessment", "/assessment?reasons=all", "/history", "/trend.svg", "/trend.json", "/ledger", "/dose", "/sentence", "/identities", "/what-if", "/worksheet.html"}
local headers = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
request = function()
    count = count + 1
    local id = string.format("P%07d", math.random(0, patients - 1))
    local dice = math.random(100)
    if dice <= 5 then return wrk.format("GET", "/api/v1/worklist?limit=50", headers) end
    if dice <= 8 then return wrk.format("GET", "/api/v1/patients?query=P00000", headers) end
    local body = string.format('{"patient_id":"%s","scan_id":"soak","scan":{"scan_date":"2026-01-01"},"measurement":{"nodule_id":"S%s-%d","long_axis_mm":%d.5}}', id, run, count % 200, 3 + count % 9)
    if dice <= 14 then return wrk.format("POST", "/api/v1/preview", headers, body) end
    if dice <= 20 then
        body = body:sub(1, -2) .. ',"amend":"measured again"}'
        return wrk.format("POST", "/api/v1/patients/" .. id .. "/measurements", headers, body)
    end
    return wrk.format("GET", "/api/v1/patients/" .. id .. reads[math.random(#reads)], headers)
end
LUA

for _ in 1 2 3; do
    curl -sN -H "Authorization: Bearer $TOKEN" "$url/api/v1/events" >>"$folder/events" &
    started+=($!)
done
memory() { awk '/VmRSS/ { print $2 }' "/proc/$service/status"; }
load() { RUN=$1 wrk -t1 -c6 -d"$2s" --timeout 10s --latency -s "$folder/mixed.lua" "$url" >"$folder/load$1"; }
warm=$((seconds / 4 > 5 ? seconds / 4 : 5))
load 1 "$warm"
before=$(memory)
load 2 "$seconds"
after=$(memory)
faults=0
log_mb=$(($(stat -c %s "$NODTRACK_DB-wal") >> 20))
echo "write-ahead log: $log_mb MB"
# Begun anew once it is longer than 16 MB, as soon as no reader is at an older view.
if ((log_mb > 128)); then echo "the write-ahead log grows" >&2; faults=1; fi
grep -E "requests in|99%" "$folder/load2"
echo "memory: $((before / 1024)) MB after $warm s, $((after / 1024)) MB after $((warm + seconds)) s; $(grep -c '^event: registry' "$folder/events") events heard"
if grep -E "Non-2xx|Socket errors" "$folder"/load[12]; then echo "some requests failed" >&2; faults=1; fi
# The page cache of the connection that writes fills up to 64 MB; a short run sees that happen.
if ((after > before + before / 5 + 65536)); then echo "memory grows" >&2; faults=1; fi
[[ -s $folder/events ]] || { echo "no events were heard" >&2; faults=1; }
kill -TERM "$service"
wait "$service" || { echo "the service did not end well" >&2; cat "$folder/log" >&2; faults=1; }
"$nodtrack" audit verify || faults=1
exit $faults
