#!/bin/bash
# docs.sh ROOT PROGRAM: docs/commands is what the commands' declarations say, page by page.
set -u
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$2" docs "$made" || exit 1
diff -ru "$1/docs/commands" "$made" || { echo "docs/commands is out of date: ./run docs"; exit 1; }
