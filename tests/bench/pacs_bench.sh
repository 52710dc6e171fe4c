#!/bin/bash
# pacs_bench.sh BUILD: CPU of `nodtrack pacs pull` of a CT of 300 slices by DICOMweb, with checking and writing every
# object, beside that of curl fetching the same series into one file; in the same run, from an Orthanc on the loopback of a
# network of its own. Skipped where Orthanc is not installed.
set -eu
nodtrack=$(realpath "$1/bin/nodtrack")
plugin=/usr/share/orthanc/plugins/libOrthancDicomWeb.so
for needed in Orthanc python3 curl unshare ip; do
    command -v "$needed" >/dev/null || { echo "pacs_bench: skipped, there is no $needed"; exit 0; }
done
[[ -e $plugin ]] || { echo "pacs_bench: skipped, orthanc-dicomweb is not installed"; exit 0; }
[[ -n ${PACS_BENCH_NETWORK:-} ]] || exec unshare -rn --kill-child env PACS_BENCH_NETWORK=1 bash "$0" "$1"
ip link set lo up
work=$(mktemp -d)
orthanc=
finish() { [[ -z $orthanc ]] || kill -KILL "$orthanc"; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
cd "$work"
slices=${PACS_BENCH_SLICES:-300}
python3 - "$slices" <<'PY'
import random, struct, sys
def element(group, number, kind, value):
    value += b"\0" * (len(value) % 2)
    long = kind in (b"OW", b"OB")
    return struct.pack("<HH", group, number) + kind + (b"\0\0" + struct.pack("<I", len(value)) if long else struct.pack("<H", len(value))) + value
ct = b"1.2.840.10008.5.1.4.1.1.2"
noise = random.Random(1).randbytes(512 * 512 * 2)
for i in range(int(sys.argv[1])):
    uid = b"1.2.3.4.5.%d" % (i + 1)
    meta = element(2, 2, b"UI", ct) + element(2, 3, b"UI", uid) + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
    data = (element(8, 0x16, b"UI", ct) + element(8, 0x18, b"UI", uid) + element(8, 0x20, b"DA", b"20261110") + element(8, 0x60, b"CS", b"CT")
            + element(0x10, 0x10, b"PN", b"A^B") + element(0x10, 0x20, b"LO", b"P1") + element(0x20, 0xD, b"UI", b"1.2.3.4") + element(0x20, 0xE, b"UI", b"1.2.3.4.5")
            + element(0x20, 0x32, b"DS", b"0\\0\\%d" % i) + element(0x28, 2, b"US", struct.pack("<H", 1)) + element(0x28, 0x10, b"US", struct.pack("<H", 512))
            + element(0x28, 0x11, b"US", struct.pack("<H", 512)) + element(0x28, 0x100, b"US", struct.pack("<H", 16)) + element(0x28, 0x101, b"US", struct.pack("<H", 16))
            + element(0x28, 0x102, b"US", struct.pack("<H", 15)) + element(0x28, 0x103, b"US", struct.pack("<H", 1)) + element(0x7FE0, 0x10, b"OW", noise[i:] + noise[:i]))
    with open("%03d.dcm" % i, "wb") as file:
        file.write(b"\0" * 128 + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta + data)
PY
cat >orthanc.json <<JSON
{ "StorageDirectory": "$work/store", "IndexDirectory": "$work/store", "HttpPort": 8042, "DicomPort": 4242, "RemoteAccessAllowed": false,
  "AuthenticationEnabled": false, "Plugins": ["$plugin"], "DicomWeb": { "Enable": true, "Root": "/dicom-web/" } }
JSON
Orthanc orthanc.json >log 2>&1 &
orthanc=$!
for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/8042) 2>/dev/null && break; sleep 0.1; done
export NODTRACK_DB=$work/r.db NODTRACK_NOW=2026-11-20T09:00:00Z
base=http://127.0.0.1:8042/dicom-web
"$nodtrack" pacs add main --dicomweb $base 2>/dev/null
"$nodtrack" pacs push main ./*.dcm >/dev/null
rm ./*.dcm

by_nodtrack() { "$nodtrack" pacs pull main P1 --newest 1 --into got >/dev/null; }
by_curl() {
    curl -sS -H 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*' -o got $base/studies/1.2.3.4/series/1.2.3.4.5
}
# CPU of a call in ms, user and system.
cpu() {
    rm -rf got
    TIMEFORMAT='%U %S'
    { time "$1"; } 2>&1 | awk '{ print int(1000 * ($1 + $2) + 0.5) }'
}
# In turns, the least of nine: what else the computer does falls on both.
ours=999999 curls=999999
for _ in 1 2 3 4 5 6 7 8 9; do
    spent=$(cpu by_nodtrack)
    ((spent >= ours)) || ours=$spent
    spent=$(cpu by_curl)
    ((spent >= curls)) || curls=$spent
done
awk -v ours="$ours" -v curls="$curls" -v slices="$slices" 'BEGIN {
    printf "WADO-RS pull of %d slices: nodtrack %d ms of CPU, curl %d ms: %.2f times (bar: 1.5)\n", slices, ours, curls, ours / curls }'
