#!/bin/bash
# tally.sh LOG…: one line, `N passed, M failed`, of all tests in these logs. CI counts tests by it.
set -euo pipefail
passed=0 failed=0
while read -r line; do
    # CTest's closing line, then those of Node's test runner.
    if [[ $line =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
        failed=$((failed + BASH_REMATCH[1]))
        passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
    elif [[ $line =~ ^(#|ℹ)\ pass\ ([0-9]+)$ ]]; then
        passed=$((passed + BASH_REMATCH[2]))
    elif [[ $line =~ ^(#|ℹ)\ fail\ ([0-9]+)$ ]]; then
        failed=$((failed + BASH_REMATCH[2]))
    fi
done < <(cat "$@")
echo "$passed passed, $failed failed"
