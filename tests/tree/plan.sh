#!/bin/bash
# plan.sh ROOT: the floors as src/README.md and ARCHITECTURE.md show them to readers are those of cmake/floors.txt, and
# each room has its folders.
set -u
cd "$1" || exit 2
plan=$(grep '^[0-9]' cmake/floors.txt)
faults=0

# A line a room: floor and name.
rooms=$(while read -r floor names; do
    for name in ${names#pure }; do echo "$floor $name"; done
done <<<"$(tr -s ' ' <<<"$plan")")
shown=$(sed -n 's/^| \([0-9.]*\) | `\([a-z_]*\)`.*/\1 \2/p' src/README.md)
diff <(echo "$rooms") <(echo "$shown") || { echo "src/README.md: its table is not cmake/floors.txt"; faults=1; }

shown=$(grep -E '^    [0-9.]+ +' ARCHITECTURE.md | sed 's/^    //')
diff <(echo "$plan") <(echo "$shown") || { echo "ARCHITECTURE.md: its floors are not cmake/floors.txt"; faults=1; }

while read -r _ name; do
    if [[ $name == cli ]]; then
        [[ -d cli ]]
    else
        [[ -e src/$name/CMakeLists.txt && -d include/nodtrack/$name ]]
    fi || { echo "cmake/floors.txt: room $name has no folder"; faults=1; }
done <<<"$rooms"
exit $faults
