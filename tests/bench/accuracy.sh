#!/bin/bash
# Writes docs/accuracy.md: how `measure` does on synthetic scans of exact truth. By hand, with the bench preset:
#   tests/bench/accuracy.sh KIT WORK BUILD
# KIT: folder with ct_phantom.cpp; WORK: where the scans go (60 MB a small patient, 250 MB a full one; kept, so that a
# second run is quick); BUILD: a build folder with bin/nodule_bench. With ONLY_EXISTING=1 no scan is made; the counts in
# the page then say how many there were.
set -euo pipefail
kit=${1:?folder of ct_phantom.cpp} work=${2:?folder for the scans} build=${3:?build folder}
here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$work"
[ -x "$work/ct_phantom" ] || g++ -O3 -march=native -fopenmp "$kit/ct_phantom.cpp" -o "$work/ct_phantom"

small="nx=256 ny=256 nz=200 fov=320 dicom=0"
settings=(
  "full-1|seed=31"
  "full-2, psf 0.6, noise 30|seed=32 psf=0.6 noise=30 dicom=0"
  "small-1|$small seed=11"
  "small-2, psf 0.4, noise 15|$small seed=12 psf=0.4 noise=15"
  "small-3, psf 0.7, noise 30|$small seed=13 psf=0.7 psfz=0.6 noise=30"
  "thick slices 2.5 mm, noise 35|nx=320 ny=320 nz=110 fov=300 dz=2.5 seed=14 noise=35 dicom=0"
  "small-4, no growth|$small seed=15 growth=0"
  "small-5, hard motion, noise 35|$small seed=16 defz=40 deflat=10 defbump=6 shift=8 rot=4 noise=35"
  "small-6, neighbours 12 mm apart|$small seed=17 minsep=12"
)
held_out=(
  "held out 1|$small seed=41"
  "held out 2, psf 0.6|$small seed=42 psf=0.6"
  "held out 3, lobulated|$small seed=43 lobul=0.12 elong=0.5"
  "held out 4, no growth, noise 30|$small seed=44 growth=0 noise=30"
)

scans() {  # name|keys …: makes the scans, prints their folders
  for setting in "$@"; do
    folder="$work/$(echo "${setting%%|*}" | tr -cs 'a-zA-Z0-9.\n' '-')"
    # shellcheck disable=SC2086
    [ -f "$folder/truth.json" ] || [ -n "${ONLY_EXISTING:-}" ] || nice "$work/ct_phantom" "$folder" ${setting#*|} > /dev/null
    [ -f "$folder/truth.json" ] && echo "$folder"
  done
  return 0
}

mapfile -t development < <(scans "${settings[@]}")
# `follow` on what it was not made with; its hard pairs move by 20 mm and more.
hard="defz=40 deflat=10 defbump=6 shift=8 rot=4 noise=35"
followed=(
  "follow 1, neighbours 12 mm apart|$small seed=53 minsep=12"
  "follow 2, neighbours 12 mm apart|$small seed=54 minsep=12"
  "follow 3, neighbours 12 mm apart|$small seed=56 minsep=12"
  "follow hard 1|$small $hard seed=4"
  "follow hard 2|$small $hard seed=43"
  "follow hard 3, neighbours 12 mm apart|$small $hard seed=44 minsep=12"
  "follow hard 4|$small $hard seed=45"
  "follow hard 5, neighbours 12 mm apart|$small $hard seed=46 minsep=12"
)
mapfile -t pairs < <(scans "${followed[@]}")
mapfile -t unseen < <(scans "${held_out[@]}")
{
  cat "$here/tests/bench/accuracy_intro.md"
  echo "## Settings that the method was made with (${#development[@]} pairs of scans)"
  echo
  "$build/bin/nodule_bench" "${development[@]}"
  echo
  echo "## Settings held out (${#unseen[@]} pairs of scans)"
  echo
  "$build/bin/nodule_bench" "${unseen[@]}"
  echo
  for folder in "${development[@]}"; do
    if [ -d "$folder/t0" ]; then "$build/bin/nodule_bench" --load "$folder/t0"; fi
  done
  echo
  echo "## Following nodules from scan to scan (${#pairs[@]} pairs held out, ${#development[@]} others)"
  echo
  "$build/bin/follow_bench" "${pairs[@]}" "${development[@]}"
  echo
  cat "$here/tests/bench/accuracy_limits.md"
} > "$here/docs/accuracy.md"
