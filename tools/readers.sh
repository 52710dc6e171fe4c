#!/bin/bash
# readers.sh: other programs' readers of DICOM objects, for tests/cli/dicom_readers.sh: npm packages as
# tests/exchange/readers/package-lock.json pins them. Nothing is done, and no network is needed, where they are there.
set -euo pipefail
cd "$(dirname "$0")/../tests/exchange/readers"
pinned=$(sha256sum package-lock.json)
[[ -e node_modules/installed.sha256 && $(<node_modules/installed.sha256) == "$pinned" ]] && exit
# OHIF's extension asks for the whole of OHIF beside it; what it needs of that to read a report, readers.cjs stands in for.
npm ci --legacy-peer-deps --ignore-scripts --no-audit --no-fund
echo "$pinned" >node_modules/installed.sha256
