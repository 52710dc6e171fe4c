#!/bin/bash
# floors_selftest.sh ROOT: plants one violation after the other in a copy of the tree; floors.sh must find each, and
# nothing in the copy as it stands.
set -eu
root=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/include" "$copy/cmake"
cp "$root/cmake/floors.txt" "$copy/cmake/"
cp -r "$root/src" "$root/cli" "$copy/"
cp -r "$root/include/nodtrack" "$copy/include/"
check() { bash "$root/tests/tree/floors.sh" "$copy"; }

check || { echo "the tree itself is not clean"; exit 1; }

failures=0
# plant FILE LINE WORDS: with LINE in FILE the checker must say WORDS.
plant() {
    local file=$copy/$1 kept
    kept=$(mktemp)
    mkdir -p "$(dirname "$file")"
    if [[ -e $file ]]; then cp "$file" "$kept"; else rm "$kept"; fi
    printf '%s\n' "$2" >>"$file"
    if check >"$copy/said" 2>&1; then
        echo "not found: '$2' in $1"
        failures=$((failures + 1))
    elif ! grep -qF "$3" "$copy/said"; then
        echo "found for another reason: '$2' in $1:"
        cat "$copy/said"
        failures=$((failures + 1))
    fi
    if [[ -e $kept ]]; then mv "$kept" "$file"; else rm "$file"; fi
}

plant src/domain/planted.cpp '#include "nodtrack/store/registry.hpp"' 'room domain must not include room store'
plant src/growth/planted.cpp '#include "nodtrack/policy/policy.hpp"' 'room growth must not include room policy'
plant src/policy/planted.cpp '#include <nodtrack/growth/comparison.hpp>' 'room policy must not include room growth'
plant include/nodtrack/store/planted.hpp '#include "nodtrack/interop/record_reader.hpp"' 'room store must not include room interop'
plant src/imaging/planted.cpp '#  include "nodtrack/report/text.hpp"' 'room imaging must not include room report'
plant src/store/planted.cpp '#include "nodtrack/tracker/ingest.hpp"' 'room store must not include room tracker'
plant src/assess/planted.cpp '#include "../store/connection.hpp"' 'goes round the floors'
plant src/interop/planted.cpp '#include <itkImage.h>' 'only imaging may include'
plant src/interop/planted.cpp '#include <dcmtk/dcmdata/dctk.h>' 'only exchange may include'
plant src/tracker/planted.cpp '#include <SQLiteCpp/Database.h>' 'only store may include'
plant include/nodtrack/report/planted.hpp '#include <nlohmann/json.hpp>' 'belongs in a .cpp file'
plant include/nodtrack/domain/planted.hpp '#include <tl/expected.hpp>' 'belongs in a .cpp file'
plant src/growth/planted.cpp '#include <fstream>' 'is pure'
plant src/assess/planted.cpp 'auto t = std::chrono::system_clock::now();' 'is pure: no clock'
plant src/policy/planted.cpp 'const char* home = std::getenv("HOME");' 'is pure: no environment'
plant src/assess/planted.cpp 'std::printf("%d", 1);' 'is pure: no logging'
plant src/assess/planted.cpp 'std::random_device chance;' 'is pure: no chance'
plant src/report/planted.cpp 'const char* all = "SELECT * FROM patient";' 'SQL belongs in store'
plant src/tracker/planted.cpp 'const char* gone = "DELETE FROM patient";' 'tracker holds no SQL'
plant src/sundries/planted.cpp '#include <string>' 'no room sundries'

# The plan is read, not known: what was allowed is not where the plan says otherwise.
# replan FROM TO WORDS: with FROM in the plan written as TO the checker must say WORDS.
replan() {
    sed "s/$1/$2/" "$root/cmake/floors.txt" >"$copy/cmake/floors.txt"
    check 2>&1 | grep -qF "$3" || { echo "not found where the plan has '$2' for '$1': $3"; failures=$((failures + 1)); }
}
replan ' report ' ' ' 'no room report'
replan ' growth policy' ' policy' 'room assess must not include room growth'
replan '^3          store' '3    pure  store' 'room store is pure'
exit "$((failures > 0))"
