#!/bin/bash
# pacs.sh NODTRACK ROOT: a real PACS (Orthanc) by both protocols, plain and encrypted: find, pull, measure, follow, push,
# find again; and servers that fail in every way that we know. All of it in a network of its own that has a loopback and
# nothing else. Skipped (77), with the reason, where Orthanc or what it takes is not installed.
set -u
nodtrack=$(realpath "$1") root=$2
plugins=/usr/share/orthanc/plugins
for needed in Orthanc stunnel4 python3 openssl unshare ip; do
    command -v "$needed" >/dev/null || { echo "skipped: there is no $needed (packages.txt, test)"; exit 77; }
done
[[ -e $plugins/libOrthancDicomWeb.so ]] || { echo "skipped: orthanc-dicomweb is not installed (packages.txt, test)"; exit 77; }
if [[ -z ${PACS_TEST_NETWORK:-} ]]; then
    unshare -rn true 2>/dev/null || { echo "skipped: no network of one's own can be made here (unshare -rn)"; exit 77; }
    exec unshare -rn --kill-child env PACS_TEST_NETWORK=1 bash "$0" "$nodtrack" "$root"
fi
ip link set lo up
work=$(mktemp -d)
started=()
finish() {
    # At once: Orthanc takes minutes over ending by itself.
    for process in "${started[@]}"; do kill -KILL "$process" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
cd "$work" || exit 2
export NODTRACK_NOW=2026-11-20T09:00:00Z NODTRACK_DB=$work/r.db
# The environment's proxies are not to be used: this one is nobody.
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9
faults=0
fault() { echo "FAULT: $1"; faults=1; }
n() { "$nodtrack" "$@"; }
starts() { "$@" >>"$work/servers.log" 2>&1 & started+=($!); }
wait_for() {
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
    fault "nothing listens on port $1"; tail -5 "$work/servers.log"
}

# --- certificates
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null; }
signed() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem" \
        -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
}
authority ca
authority other-ca
signed server
signed client

# --- the PACS. Debian's Orthanc 1.10 ends at the first HTTPS request: stunnel stands before it.
orthanc() { # NAME HTTP-PORT DICOM-PORT MORE
    mkdir "$1"
    cat >"$1.json" <<JSON
{ "Name": "$1", "StorageDirectory": "$work/$1", "IndexDirectory": "$work/$1", "HttpPort": $2, "DicomPort": $3,
  "DicomAet": "ORTHANC", "DicomCheckCalledAet": true, "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
  "DicomAlwaysAllowEcho": false, "DicomAlwaysAllowStore": false, "DicomAlwaysAllowFind": false, "DicomAlwaysAllowGet": false,
  "DicomModalities": { "us": ["NODTRACK", "127.0.0.1", 104] }, "Plugins": ["$plugins/libOrthancDicomWeb.so"],
  "DicomWeb": { "Enable": true, "Root": "/dicom-web/", "Host": "elsewhere.example" } $4 }
JSON
    starts Orthanc "$1.json"
    declare -g "$1_process=${started[-1]}"
}
orthanc plain 8042 4242 ""
orthanc tls 8043 4243 ", \"DicomTlsEnabled\": true, \"DicomTlsCertificate\": \"$work/server.pem\",
  \"DicomTlsPrivateKey\": \"$work/server.key\", \"DicomTlsTrustedCertificates\": \"$work/ca.pem\""
cat >stunnel.conf <<CONF
foreground = yes
pid =
cert = $work/server.pem
key = $work/server.key
[open]
accept = 127.0.0.1:8443
connect = 127.0.0.1:8042
[other-name]
accept = 127.0.0.2:8443
connect = 127.0.0.1:8042
[client-certificate]
accept = 127.0.0.1:8444
connect = 127.0.0.1:8042
verifyChain = yes
CAfile = $work/ca.pem
CONF
starts stunnel4 stunnel.conf

n ingest "$root/tests/cli/cohort" >/dev/null || fault "the cohort is not taken in"
"$(dirname "$nodtrack")/make_ct_pair" ct
for port in 8042 4242 8043 4243 8443 8444; do wait_for $port; done
step() { echo "$SECONDS s: $1"; }
step "there and back"

web=http://127.0.0.1:8042/dicom-web
n pacs add web --dicomweb $web 2>/dev/null || fault "a PACS cannot be entered"
n pacs add dimse --ae ORTHANC@127.0.0.1:4242 2>/dev/null
n pacs add https --dicomweb https://localhost:8443/dicom-web --ca ca.pem
n pacs add https-client --dicomweb https://localhost:8444/dicom-web --ca ca.pem --cert client.pem --key client.key
n pacs add dimse-tls --ae ORTHANC@127.0.0.1:4243 --ca ca.pem --cert client.pem --key client.key
[[ $(stat -c %a r.db.pacs.json) == 600 ]] || fault "the list of PACSs is not its user's alone"
for pacs in web dimse https https-client dimse-tls; do n pacs test $pacs || fault "$pacs does not answer"; done

# --- there and back
n pacs push web ct/prior/*.dcm >pushed || fault "the prior CT cannot be sent"
[[ $(wc -l <pushed) == $(ls ct/prior | wc -l) ]] || fault "not every object that was sent was told"
n pacs push dimse ct/current/*.dcm >/dev/null || fault "the current CT cannot be sent"
n pacs find web K01 >by_web || fault "it cannot be searched by DICOMweb"
n pacs find dimse K01 >by_dimse || fault "it cannot be searched by DIMSE"
diff by_web by_dimse || fault "the two protocols find other studies"
[[ $(cut -c1-10 by_web | paste -sd,) == 2026-11-10,2026-08-12 ]] || fault "two studies, the newest first, were expected: $(cat by_web)"
[[ $(n pacs find web K01 --since 2026-09-01 | wc -l) == 1 ]] || fault "--since does not leave the prior out"
n pacs find web K0 >none; grep -q 'has no study' none || fault "another patient's studies are told: $(cat none)"
for id in 'K*' 'K0?'; do n pacs find web "$id" 2>said && fault "$id was searched for"; grep -q 'patterns' said || fault "$(cat said)"; done

for pacs in web dimse https-client; do n pacs pull $pacs K01 --into "by-$pacs" >said || fault "$pacs: cannot be fetched"; done
for pacs in dimse https-client; do diff -r by-web by-$pacs || fault "$pacs: other bytes than by DICOMweb"; done
python3 - <<'PY' || fault "what came back are not the data sets that were sent"
import glob, struct, sys
def data_set(path):
    data = open(path, "rb").read()
    length = struct.unpack("<I", data[140:144])[0]
    return data[144 + length:]
sent = sorted(data_set(path) for path in glob.glob("ct/*/*.dcm"))
came = sorted(data_set(path) for path in glob.glob("by-web/*/*/*.dcm"))
sys.exit(0 if sent == came and sent else 1)
PY
[[ $(ls by-web) == $'2026-08-12\n2026-11-10' && $(ls by-web/2026-08-12) == ct-1 ]] || fault "other folders: $(ls -R by-web | head)"
n pacs pull web --study 1.2.826.0.1.3680043.10.1.2 --into one >/dev/null 2>&1 || fault "a study cannot be fetched by its UID"
diff -r one/2026-11-10 by-web/2026-11-10 || fault "the study by its UID is another"
n pacs pull web K01 --into by-web 2>said && fault "a folder that holds something was written to"
grep -q 'is there already' said || fault "$(cat said)"
n pacs pull web K99 --into none-there 2>said; [[ $? == 4 ]] || fault "no such patient was expected: $(cat said)"

# --- and to work with
step "to work with"
n measure by-web/2026-08-12 --seeds ct/prior.csv --patient K01 --scan A2 >/dev/null || fault "what was fetched cannot be measured on"
followed() { n follow "$1" "$2" --nodules ct/prior.csv --json 2>/dev/null | sed 's/"\(prior\|current\)":"[^"]*"//g'; }
followed by-web/2026-08-12 by-web/2026-11-10 >fetched.json
[[ -s fetched.json ]] || fault "nor followed"
followed ct/prior ct/current | diff fetched.json - >/dev/null || fault "it is followed otherwise than what was sent"
n log K01 --from-ct by-web/2026-11-10 --accept-all >/dev/null 2>said || fault "nor logged: $(tail -1 said)"
scan=CT-2026-11-10
n pacs push web --patient K01 --scan $scan >report || fault "its report cannot be sent"
uid=$(cut -d: -f1 report)
n pacs push dimse --patient K01 --scan $scan >again || fault "its report cannot be sent by DIMSE"
diff report again || fault "the same record made two reports"
n pacs find web K01 | head -1 | grep -q 'CT, SR\|SR, CT' || fault "the report is not in the study of its CT: $(n pacs find web K01)"
for pacs in web dimse; do
    n pacs pull $pacs K01 --modality SR --newest 1 --into "sr-$pacs" >/dev/null || fault "$pacs: the report cannot be fetched"
    [[ -e sr-$pacs/2026-11-10/sr-1/$uid.dcm ]] || fault "$pacs: another report: $(find sr-$pacs -type f)"
done
diff -r sr-web sr-dimse || fault "the report has other bytes by DIMSE"
n ingest sr-web/2026-11-10/sr-1/*.dcm >said 2>&1 || fault "the report cannot be taken in again: $(cat said)"
n pacs push dimse-tls sr-web/2026-11-10/sr-1/*.dcm >/dev/null || fault "it cannot be sent encrypted by DIMSE"
diff <(n pacs find dimse-tls K01) <(n pacs find web K01 --since 2026-11-01 | sed 's/CT, SR/SR    /') >/dev/null || n pacs find dimse-tls K01 | grep -q SR ||
    fault "it is not there, encrypted by DIMSE"

# --- behind the service: for radiologists
step "behind the service"
echo "a long password 1" | n user add rad --role radiologist >/dev/null
echo "a long password 2" | n user add bo --role board >/dev/null
n serve --listen 127.0.0.1:0 >served 2>&1 &
started+=($!)
for _ in $(seq 100); do service=$(grep -om1 'http://[0-9.:]*[0-9]' served) && break; sleep 0.1; done
token=$(n user token rad --scope write --expires 2027-01-01 2>/dev/null)
board=$(n user token bo --scope write --expires 2027-01-01 2>/dev/null)
asks() { # STATUS BODY PATH, its answer in `answer`; a body makes it a POST
    local status
    status=$(curl -sS --noproxy '*' -o answer -w '%{http_code}' -H "Authorization: Bearer ${as:-$token}" \
        ${2:+-H 'Content-Type: application/json' --data "$2"} "$service/api/v1/$3")
    [[ $status == "$1" ]] || fault "$3: HTTP $status, $1 was expected: $(cat answer)"
}
asks 200 "" pacs; grep -q '"name":"web"' answer || fault "$(cat answer)"
for pacs in web dimse; do
    asks 200 "" patients/K01/pacs/$pacs/studies; grep -q '"study_uid":"1.2.826.0.1.3680043.10.1.2"' answer || fault "$(cat answer)"
done
as=$board asks 403 "" patients/K01/pacs/web/studies
as=$board asks 403 '{"scan_id":"A2"}' patients/K01/pacs/web/push
asks 404 "" patients/K01/pacs/none/studies
asks 200 '{"study_uid":"1.2.826.0.1.3680043.10.1.2"}' patients/K01/pacs/web/pull
folder=$(grep -o '"folder":"[^"]*"' answer | head -1 | cut -d'"' -f4)
diff -r "$folder" by-web/2026-11-10 || fault "the service fetched something else: $(cat answer)"
asks 422 '{"study_uid":"1.2.826.0.1.3680043.10.1.2"}' patients/K01/pacs/web/pull
asks 404 '{"study_uid":"1.2.826.0.1.3680043.10.1.2"}' patients/K02/pacs/web/pull
asks 400 '{"study_uid":"../../../etc"}' patients/K01/pacs/web/pull
asks 200 "{\"scan_id\":\"$scan\"}" patients/K01/pacs/dimse/push
grep -q "$uid" answer || fault "another report by the service: $(cat answer)"
n audit reads --json | grep -q 'K01.*pacs' || n audit reads --json | grep -q 'pacs' || fault "the read log does not have it"
step failures
# --- failures: one line, an exit status, nothing half-stored, in time
cp "$(ls by-web/2026-11-10/ct-1/*.dcm | head -1)" object.dcm
basename "$(ls by-web/2026-11-10/ct-1/*.dcm | head -1)" .dcm >uid
sed 's/K01 /K02 /' object.dcm >stranger.dcm
cmp -s object.dcm stranger.dcm && fault "the stranger's object is not another's"
starts python3 "$root/tests/cli/pacs_faults.py" "$work"
for port in 9080 9082; do wait_for $port; done
for mode in silent half redirect elsewhere stranger missing liar junk endless; do
    n pacs add $mode --dicomweb http://127.0.0.1:9080/$mode --patience 2 2>/dev/null
done
n pacs add wrong-ca --dicomweb https://localhost:8443/dicom-web --ca other-ca.pem
n pacs add no-client --dicomweb https://localhost:8444/dicom-web --ca ca.pem
n pacs add wrong-name --dicomweb https://127.0.0.2:8443/dicom-web --ca ca.pem
n pacs add nobody --dicomweb http://127.0.0.1:9/dicom-web 2>/dev/null
n pacs add nobody-dimse --ae ORTHANC@127.0.0.1:9 2>/dev/null
n pacs add called --ae OTHER@127.0.0.1:4242 2>/dev/null
n pacs add calling --ae ORTHANC@127.0.0.1:4242 --calling STRANGER 2>/dev/null
n pacs add tls-wrong-ca --ae ORTHANC@127.0.0.1:4243 --ca other-ca.pem --cert client.pem --key client.key
n pacs add tls-no-client --ae ORTHANC@127.0.0.1:4243 --ca ca.pem --patience 3
n pacs add tls-plain --ae ORTHANC@127.0.0.1:4243 --patience 3 2>/dev/null
n pacs add plain-tls --ae ORTHANC@127.0.0.1:4242 --ca ca.pem --patience 3
n pacs add silent-dimse --ae ORTHANC@127.0.0.1:9082 --patience 2 2>/dev/null
n pacs add silent-tls --ae ORTHANC@127.0.0.1:9082 --ca ca.pem --patience 2
n pacs add silent-https --dicomweb https://127.0.0.1:9082/x --ca ca.pem --patience 2
n pacs add cut-dimse --ae ORTHANC@127.0.0.1:9083 --patience 5 2>/dev/null
n pacs add web-as-dimse --ae ORTHANC@127.0.0.1:8042 --patience 3 2>/dev/null

# fails WORDS COMMAND…
fails() {
    local words=$1 began=$SECONDS status
    shift
    n "$@" >out 2>said </dev/null
    status=$?
    [[ $status == 3 ]] || fault "$*: exit status $status, 3 was expected: $(cat said)"
    [[ $(wc -l <said) == 1 && ! -s out ]] || fault "$*: one line was expected: $(cat out said)"
    grep -Eq "$words" said || fault "$*: '$words' was expected: $(cat said)"
    ((SECONDS - began <= 20)) || fault "$*: took $((SECONDS - began)) s"
    echo "$((SECONDS - began)) s: $*: $(cut -c1-230 said)"
    [[ ! -e into ]] || { fault "$*: something was stored"; rm -rf into; }
    compgen -G '.nodtrack-pacs-*' >/dev/null && { fault "$*: a folder was left behind"; rm -rf .nodtrack-pacs-*; }
}
pull_fails() { fails "$2" pacs pull "$1" K01 --into into; }
pull_fails silent 'brought nothing for 2 s'
pull_fails half 'hung up before its answer was whole'
pull_fails redirect 'another address \(HTTP 302\)'
pull_fails stranger "of patient 'K02', and patient 'K01' was asked for"
pull_fails missing 'did not send 1 of them'
pull_fails liar 'lists 0'
pull_fails junk 'does not answer as a PACS does'
pull_fails wrong-ca 'is not trusted'
pull_fails wrong-name 'is not trusted'
pull_fails no-client 'client certificate'
pull_fails nobody 'cannot be reached'
pull_fails nobody-dimse 'cannot be reached'
pull_fails called "does not know this AE title as its own"
pull_fails calling "does not know us as 'STRANGER'"
pull_fails tls-wrong-ca 'is not trusted'
pull_fails tls-no-client 'does it want a client certificate'
pull_fails tls-plain 'does it want an encrypted connection'
pull_fails plain-tls 'encrypted connection|hung up|brought nothing'
pull_fails silent-dimse 'brought nothing for 2 s'
pull_fails silent-tls 'brought nothing|encrypted connection'
pull_fails silent-https 'brought nothing for 2 s'
pull_fails cut-dimse 'hung up before its answer was whole'
pull_fails web-as-dimse 'PACS'
fails 'does not have it when asked' pacs push liar object.dcm
fails 'is no DICOM file' pacs push web uid
head -c 5000 object.dcm >short.dcm
fails 'cut short' pacs push web short.dcm
n pacs pull elsewhere K01 --into elsewhere-pulled >/dev/null || fault "an address in an answer keeps it from being fetched"
[[ ! -e visited ]] || fault "somebody connected to an address that an answer named"
timeout -s KILL 4 "$nodtrack" pacs pull endless K01 --into into 2>/dev/null
[[ ! -e into ]] || fault "an answer without an end was stored"
compgen -G '.nodtrack-pacs-*' >/dev/null || fault "a program that is killed was expected to leave its folder"
pull_fails half 'hung up before its answer was whole'  # and this takes it away

# No connection but to the one address.
if command -v strace >/dev/null; then
    strace -f -e trace=connect,sendto -o calls "$nodtrack" pacs pull elsewhere K01 --into traced >/dev/null
    grep 'AF_INET' calls | grep -v 'htons(9080), sin_addr=inet_addr("127.0.0.1")' | grep . && fault "it connected to another address"
    grep -q 'htons(9080)' calls || fault "strace saw no connection"
fi

# A PACS that was stopped; what it had is not half there.
kill -KILL "$plain_process"; wait "$plain_process" 2>/dev/null
pull_fails web 'cannot be reached'
pull_fails dimse 'cannot be reached'
pull_fails https 'hung up|cannot be reached'
exit $faults
