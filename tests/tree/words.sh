#!/bin/bash
# words.sh ROOT: the repository stands alone: outside tests nothing in it names a folder beside it.
set -u
cd "$1" || exit 2
if grep -rnE '\.\./shared|/work/(main|shared)' --exclude-dir=build --exclude-dir=.git --exclude-dir=tests --exclude-dir=node_modules --exclude-dir=dist .; then
    echo "these lines name folders that a clone does not have"
    exit 1
fi
