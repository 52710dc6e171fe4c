#!/bin/bash
# proxies.sh PROGRAM FOLDER: the proxies of docs/proxy before the service: a sign-in, its cookie, the caller's address in the
# read log, a patient, an event. A proxy that is not installed is unpacked from its Debian package into FOLDER: installing it
# would start a web server on this computer. Exit status 77 where one cannot be had.
set -euo pipefail
nodtrack=$(realpath "$1") root=$(realpath "$(dirname "$0")/../..")
mkdir -p "$2"
unpacked=$(realpath "$2") passed_over=0
export PATH=$PATH:$unpacked/usr/sbin:$unpacked/usr/bin:/usr/sbin
has_proxy() {
    command -v "$1" >/dev/null && return
    (cd "$unpacked" && apt-get -q download "$1" && dpkg -x "$1"_*.deb .) >"$unpacked/$1.log" 2>&1
    command -v "$1" >/dev/null && return
    echo "passed over: $1 is not installed, and its package cannot be had: $(tail -1 "$unpacked/$1.log")"
    passed_over=77
    return 1
}
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
configured() { sed "s|127.0.0.1:8080|$service|; s|8443|$port|; s|/etc/nodtrack|$folder|g" "$root/docs/proxy/$1"; }
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

if has_proxy nginx; then
    { echo "pid $folder/nginx.pid; error_log $folder/nginx.log; events {} http { access_log off;"
        for part in client_body proxy fastcgi uwsgi scgi; do echo "${part}_temp_path $folder/$part;"; done; configured nginx.conf; echo "}"; } >"$folder/nginx.conf"
    nginx -g 'daemon off;' -c "$folder/nginx.conf" &
    started+=($!)
    check_proxy nginx
    kill "${started[-1]}"; wait "${started[-1]}" 2>/dev/null || true
fi
port=18444
if has_proxy caddy; then
    { echo "{"; echo "admin off"; echo "auto_https disable_redirects"; echo "}"; configured Caddyfile; } >"$folder/Caddyfile"
    HOME=$folder caddy run --adapter caddyfile --config "$folder/Caddyfile" 2>"$folder/caddy.log" &
    started+=($!)
    check_proxy Caddy
fi
((faults == 0)) || exit 1
exit $passed_over
