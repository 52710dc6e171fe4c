#!/bin/bash
# command_pages.sh PROGRAM: writes docs/commands anew from the commands' declarations.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -f docs/commands/*.md
"$1" docs docs/commands
