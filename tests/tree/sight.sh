#!/bin/bash
# sight.sh COMPILER ROOT LIST: what each room's compile line can see. LIST has a line a room: its name and its
# include directories, joined by ':'. A room's own headers must resolve, those of rooms not on a lower floor must not.
set -u
compiler=$1 include=$2/include plan=$2/cmake/floors.txt list=$3
faults=0
declare -A below=()
lower=
while read -r _ rooms; do
    rooms=${rooms#pure }
    for room in $rooms; do below[$room]=$lower; done
    lower+=" $rooms"
done < <(grep '^[0-9]' "$plan" | tac | tr -s ' ')
resolves() {
    local header=$1 flags=() path paths
    IFS=: read -ra paths <<<"$2"
    for path in "${paths[@]}"; do flags+=("-I$path"); done
    # Dependencies of the header alone: quick, and it fails where the name does not resolve.
    printf '#include "nodtrack/%s"\n' "$header" | "$compiler" -x c++ -std=c++20 "${flags[@]}" -M - >/dev/null 2>&1
}
while read -r room paths; do
    [[ -n $room ]] || continue
    for folder in "$include"/nodtrack/*/; do
        other=$(basename "$folder")
        header=$(find "$folder" -name '*.hpp' | LC_ALL=C sort | head -1)
        [[ -n $header ]] || continue
        header=$other/$(basename "$header")
        if [[ $other == "$room" ]]; then
            resolves "$header" "$paths" || { echo "room $room does not see its own $header"; faults=1; }
        elif [[ "${below[$room]} " != *" $other "* ]]; then
            resolves "$header" "$paths" && { echo "room $room sees $header, which is not below it"; faults=1; }
        fi
    done
done <"$list"
exit $faults
