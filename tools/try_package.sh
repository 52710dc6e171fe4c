#!/bin/bash
# try_package.sh PACKAGE.deb [FOLDER]: a bare Debian 12 in a folder (debootstrap), and in it what docs/install.md promises:
# install, take in the sample patients, measure, serve as the unit does, back up, upgrade an old registry, remove. Needs
# root, a network and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."
package=$(realpath "$1")
root=${2:-$(mktemp -d)/debian}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
say() { echo "== $*"; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
fault() { echo "FAULT: $*"; exit 1; }
cleanup() {
    [[ -z ${service:-} ]] || kill "$service" 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true
}
trap cleanup EXIT

if [[ ! -e $root/usr/bin/apt-get ]]; then
    say "a bare Debian 12"
    debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log"; exit 1; }
fi
mkdir -p "$root/proc"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
cp "$package" "$root/tmp/nodtrack.deb"
for old in 1 4; do cp "tests/store/fixtures/schema_$old.db" "$root/tmp/"; done

rm -rf "$root/var/lib/nodtrack" "$root"/tmp/*.db*
for old in 1 4; do cp "tests/store/fixtures/schema_$old.db" "$root/tmp/"; done

say "install"
inside apt-get -q update >/dev/null
inside apt-get -q install -y --no-install-recommends /tmp/nodtrack.deb | tail -3
inside nodtrack --version
inside getent passwd nodtrack
[[ $(inside stat -c '%U %a' /var/lib/nodtrack) == 'nodtrack 700' ]] || fault "/var/lib/nodtrack is not the service's alone"
inside bash -c 'ldd /usr/lib/nodtrack/*.so /usr/bin/nodtrack | grep "not found"' && fault "libraries are missing"
ls "$root/usr/share/man/man1" | grep -q nodtrack-log || echo "(no man pages: this root leaves documents out)"

say "use by one person"
inside nodtrack --db /tmp/own.db ingest /usr/share/nodtrack/sample_data/cohort | tail -1
inside nodtrack --db /tmp/own.db assess SARC-002 --as-of 2026-11-20 --reasons none | head -1
inside nodtrack measure /usr/share/nodtrack/sample_data/ct/chest.nrrd --mask /usr/share/nodtrack/sample_data/ct/nodule.nrrd --json | head -c 120
echo
inside nodtrack --db /tmp/import.db import /usr/share/nodtrack/sample_data/import/herde.csv --map /usr/share/nodtrack/sample_data/import/herde.map.json | tail -1

say "the service: first account, then as the unit starts it"
printf 'long enough a password 1\n' | inside nodtrack-as-service user add admin --role admin || fault "no first account"
[[ $(inside stat -c '%U %a' /var/lib/nodtrack/nodtrack.db) == 'nodtrack 600' ]] || fault "the registry is not the service's alone"
start=$(sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/nodtrack.service")
# Not by `inside`: the process has to be the service itself, for the signal that ends it.
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin NODTRACK_DB=/var/lib/nodtrack/nodtrack.db \
    NODTRACK_SERVE_OPTIONS='--listen 127.0.0.1:0' setpriv --reuid=nodtrack --regid=nodtrack --clear-groups --no-new-privs \
    sh -c "exec $start" >"$root/tmp/address" 2>"$root/tmp/service.log" &
service=$!
for _ in $(seq 50); do [[ -s $root/tmp/address ]] && break; sleep 0.1; done
address=$(cat "$root/tmp/address")
answer() {
    exec 3<>"/dev/tcp/127.0.0.1/${address##*:}"
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
    head -1 <&3
    exec 3<&-
}
answer /readyz | grep 200 || fault "the service does not answer: $(cat "$root/tmp/service.log")"
answer / | grep 200 || echo "(no pages: the package was built without them)"
inside setpriv --reuid=nodtrack --regid=nodtrack --clear-groups env NODTRACK_DB=/var/lib/nodtrack/nodtrack.db /usr/lib/nodtrack/nodtrack-backup
kill "$service"
wait "$service" || fault "the service ended with status $?"
service=""
ls "$root/var/lib/nodtrack" "$root/var/lib/nodtrack/backup"

say "upgrade of an old registry"
for old in 1 4; do
    inside nodtrack --db /tmp/schema_$old.db patient add TRY-1 2>&1
    [[ -e $root/tmp/schema_$old.db.schema-$old.bak ]] || fault "no copy of the registry of schema $old was kept"
    inside nodtrack --db /tmp/schema_$old.db audit verify >/dev/null || fault "the migrated registry of schema $old is not sound"
done
inside apt-get -q install -y --reinstall /tmp/nodtrack.deb >/dev/null
echo '# mine' >>"$root/etc/default/nodtrack"
inside apt-get -q install -y --reinstall /tmp/nodtrack.deb >/dev/null
grep -q '^# mine' "$root/etc/default/nodtrack" || fault "an upgrade overwrote /etc/default/nodtrack"

say "remove, purge: the registry stays"
inside apt-get -q purge -y nodtrack | tail -2
[[ ! -e $root/usr/bin/nodtrack ]] || fault "the program is still there"
[[ -s $root/var/lib/nodtrack/nodtrack.db ]] || fault "the registry is gone"
find "$root/usr" "$root/etc" -name '*nodtrack*' | sed 's/^/left behind: /' | grep . && fault "files are left behind"
say "all of it is as docs/install.md says"
