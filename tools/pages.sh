#!/bin/bash
# pages.sh: the pages of the service, from web/ into web/dist (what CMake's NODTRACK_WEB names): npm packages as
# web/package-lock.json pins them, type check, Vite. Nothing is done where nothing they are made of has changed; then no
# network is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
made_of=$(find web/src web/public web/index.html web/package.json web/package-lock.json web/tsconfig.json web/vite.config.ts \
    schema/sources.json -type f | sort | xargs sha256sum | sha256sum)
[[ -e web/dist/index.html && -e build/pages.sha256 && $(<build/pages.sha256) == "$made_of" ]] && exit
(cd web && npm ci --ignore-scripts --no-audit --no-fund && npm run build)
mkdir -p build
echo "$made_of" >build/pages.sha256
