#!/bin/bash
# words.sh ROOT: the repository stands alone: outside tests nothing in it names a folder beside it. And what was called
# by a plainer word keeps it: tests/tree/old_words.txt.
set -u
cd "$1" || exit 2
status=0
if grep -rnE '\.\./shared|/work/(main|shared)' --exclude-dir=build --exclude-dir=.git --exclude-dir=tests --exclude-dir=node_modules --exclude-dir=dist .; then
    echo "these lines name folders that a clone does not have"
    status=1
fi
if grep -rnIE -f <(grep -v '^#' tests/tree/old_words.txt) src include cli web/src docs README.md CONTRIBUTING.md ARCHITECTURE.md; then
    echo "these lines have words that were replaced by plainer ones (design: plain words; tests/tree/old_words.txt)"
    status=1
fi
exit "$status"
