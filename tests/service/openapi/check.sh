#!/bin/bash
# check.sh NODTRACK: starts a service on an empty registry and has an outside validator look at its OpenAPI document.
# The validator is from npm, pinned in package-lock.json, and is fetched where it is not there yet.
set -eu
cd "$(dirname "$0")"
nodtrack=$1
[[ -d node_modules ]] || npm ci --silent --no-audit --no-fund
folder=$(mktemp -d)
"$nodtrack" serve --db "$folder/r.db" --listen 127.0.0.1:0 >"$folder/address" 2>"$folder/log" &
service=$!
trap 'kill $service 2>/dev/null; wait $service 2>/dev/null; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
    [[ -s $folder/address ]] && break
    sleep 0.1
done
node check.mjs "$(head -1 "$folder/address")/api/v1/openapi.json"
