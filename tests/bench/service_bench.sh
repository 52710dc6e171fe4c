#!/bin/bash
# service_bench.sh BUILD [PATIENTS [SECONDS]]: look-ups and durable writes of the service beside the bare HTTP library
# and bare SQLite, in one run on this machine. Bars: look-ups 0.4 of hello (aim 0.85), p99 below 10 ms, writes 0.6.
set -euo pipefail
build=$(realpath "$1") patients=${2:-20000} seconds=${3:-8}
here=$(realpath "$(dirname "$0")")
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/nodtrack_service_bench.XXXXXX")
started=()
finish() {
    kill "${started[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
export NODTRACK_DB=$folder/registry.db
nodtrack=$build/bin/nodtrack

python3 "$here/ingest_cohort.py" "$patients" "$folder/cohort" >/dev/null
"$nodtrack" ingest "$folder/cohort" >/dev/null
echo "a long password" | "$nodtrack" user add reader --role radiologist >/dev/null
token() { "$nodtrack" user token reader --scope "$1" --expires 2099-12-31; }
reads=$(token read) writes=$(token write)

"$build/bin/hello_server" 18081 &
started+=($!)
"$nodtrack" serve --listen 127.0.0.1:18080 >/dev/null 2>"$folder/log" &
started+=($!)
for _ in $(seq 100); do curl -sf http://127.0.0.1:18080/healthz >/dev/null && break; sleep 0.1; done

cat >"$folder/look_up.lua" <<LUA
math.randomseed(7)
local what = os.getenv("WHAT")
request = function()
    local id = string.format("P%07d", math.random(0, tonumber(os.getenv("ASKED")) - 1))
    -- The bare route is asked in the same way, so that the asker costs the same.
    local path = what == "hello" and "/hello?id=" .. id or "/api/v1/patients/" .. id .. "/" .. what
    return wrk.format("GET", path, {["Authorization"] = "Bearer " .. os.getenv("TOKEN")})
end
LUA
cat >"$folder/write.lua" <<LUA
local count = 0
request = function()
    count = count + 1
    local id = string.format("P%07d", count % tonumber(os.getenv("PATIENTS")))
    local body = string.format('{"scan_id":"bench","scan":{"scan_date":"2026-01-01"},"measurement":{"nodule_id":"W%s-%d","long_axis_mm":6.1}}', os.getenv("RUN"), count)
    return wrk.format("POST", "/api/v1/patients/" .. id .. "/measurements", {["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json"}, body)
end
LUA
export PATIENTS=$patients

# rate FILE: requests a second; p99 FILE: in ms; failures FILE: answers that were no 2xx or 3xx.
rate() { awk '/Requests\/sec/ { print $2 }' "$1"; }
p99() { awk '$1 == "99%" { v = $2; if (v ~ /us$/) v = v / 1000; else if (v ~ /ms$/) v = v + 0; else v = v * 1000; printf "%.2f", v }' "$1"; }
failures() { awk '/Non-2xx/ { n = $NF } /Socket errors/ { print; } END { print n + 0 }' "$1"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# look_ups WHAT ASKED SECONDS [PORT]: by chance among the first ASKED patients.
look_ups() { WHAT=$1 ASKED=$2 TOKEN=$reads wrk -t1 -c8 -d"$3s" --latency -s "$folder/look_up.lua" "http://127.0.0.1:${4:-18080}" >"$folder/$1"; }
look_ups hello "$patients" "$seconds" 18081
hello=$(rate "$folder/hello")
echo "hello: $hello a second, p99 $(p99 "$folder/hello") ms"
for what in assessment history; do
    # A clinic's day: a thousand patients, whose answers fit into the cache; then by chance among all.
    look_ups "$what" 1000 2
    for asked in 1000 "$patients"; do
        look_ups "$what" "$asked" "$seconds"
        echo "$what of $asked patients: $(rate "$folder/$what") a second, $(ratio "$(rate "$folder/$what")" "$hello") of hello, p99 $(p99 "$folder/$what") ms, $(failures "$folder/$what") failed"
    done
done
look_ups hello "$patients" "$seconds" 18081
echo "hello once more: $(rate "$folder/hello") a second"

readers() { WHAT=assessment ASKED=$patients TOKEN=$reads wrk -t1 -c2 -d"${seconds}s" -s "$folder/look_up.lua" http://127.0.0.1:18080 >"$folder/readers" & }
readers
background=$!
bare=$("$build/bin/bare_writes" "$folder/bare.db" "$((seconds - 1))")
wait $background
echo "bare SQLite: $bare durable rows a second, beside readers ($(rate "$folder/readers") a second)"
readers
background=$!
RUN=1 TOKEN=$writes wrk -t1 -c4 -d"$((seconds - 1))s" --latency -s "$folder/write.lua" http://127.0.0.1:18080 >"$folder/writes"
wait $background
echo "writes: $(rate "$folder/writes") a second, $(ratio "$(rate "$folder/writes")" "$bare") of bare SQLite, p99 $(p99 "$folder/writes") ms, $(failures "$folder/writes") failed, beside readers ($(rate "$folder/readers") a second)"
"$nodtrack" audit verify
