#!/bin/bash
# proxies.sh PROGRAM: the proxies of docs/proxy before the service: a sign-in, its cookie, the caller's address in the read
# log, a patient, an event. Each is passed over where it is not installed (packages nginx-light, caddy). By hand.
set -euo pipefail
nodtrack=$(realpath "$1") root=$(realpath "$(dirname "$0")/../..")
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/nodtrack_proxy.XXXXXX")
started=()
finish() {
    kill "${started[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
export NODTRACK_DB=$folder/registry.db
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=nodtrack.example.org -keyout "$folder/key.pem" -out "$folder/chain.pem" 2>/dev/null
"$nodtrack" ingest "$root/sample_data/cohort" >/dev/null
for role in board admin; do echo "a long password" | "$nodtrack" user add "$role" --role "$role" >/dev/null; done
"$nodtrack" serve --listen 127.0.0.1:0 --name nodtrack.example.org --proxy 127.0.0.1 >"$folder/address" 2>"$folder/log" &
started+=($!)
for _ in $(seq 100); do [[ -s $folder/address ]] && break; sleep 0.1; done
service=$(sed 's|^http://||' "$folder/address") port=18443 faults=0
configured() { sed "s|127.0.0.1:8080|$service|; s|8443|$port|; s|/etc/nodtrack|$folder|" "$root/docs/proxy/$1"; }
ask() { curl -sk --max-time 20 --resolve "nodtrack.example.org:$port:127.0.0.1" "$@"; }
expect() { if [[ $2 == *"$3"* ]]; then echo "ok      $1"; else echo "FAILED  $1: '$3' is not in: ${2:0:300}"; faults=1; fi; }

check_proxy() {
    local name=$1 url=https://nodtrack.example.org:$port head cookie
    for _ in $(seq 100); do ask "$url/healthz" >/dev/null && break; sleep 0.1; done
    head=$(ask -D- -o "$folder/body" -H "Content-Type: application/json" -d '{"name":"board","password":"a long password"}' "$url/api/v1/session")
    expect "$name: signs in, the cookie is for TLS alone" "$head" "; Secure"
    cookie=$(sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p' <<<"$head")
    expect "$name: shows a patient" "$(ask -H "Cookie: $cookie" "$url/api/v1/patients/SARC-002/assessment")" '"patient_id":"SARC-002"'
    expect "$name: events come at once" "$(ask -N --max-time 3 -H "Cookie: $cookie" "$url/api/v1/events" || true)" "event: registry"
    expect "$name: a forged address is not believed" "$("$nodtrack" audit reads --account board --json)" 'signed in from 127.0.0.1'
}

if command -v nginx >/dev/null; then
    { echo "pid $folder/nginx.pid; error_log $folder/nginx.log; events {} http { access_log off;"; configured nginx.conf; echo "}"; } >"$folder/nginx.conf"
    nginx -g 'daemon off;' -c "$folder/nginx.conf" &
    started+=($!)
    check_proxy nginx
    kill "${started[-1]}"; wait "${started[-1]}" 2>/dev/null || true
else
    echo "passed over: nginx is not installed"
fi
port=18444
if command -v caddy >/dev/null; then
    { echo "{"; echo "admin off"; echo "auto_https disable_redirects"; echo "}"; configured Caddyfile; } >"$folder/Caddyfile"
    HOME=$folder caddy run --adapter caddyfile --config "$folder/Caddyfile" 2>"$folder/caddy.log" &
    started+=($!)
    check_proxy Caddy
else
    echo "passed over: caddy is not installed"
fi
exit $faults
