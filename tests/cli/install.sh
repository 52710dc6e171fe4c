#!/bin/bash
# install.sh CMAKE BUILD ROOT [WITHOUT_ITK]: what `cmake --install` puts into an empty root runs from there, and from another
# place after the tree was moved, without the folder it was built in.
set -u
cmake=$1 build=$2 root=$3 without_itk=${4:-}
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
faults=0
fault() { echo "$*"; faults=1; }

DESTDIR=$stage/root "$cmake" --install "$build" --prefix /usr >"$stage/log" 2>&1 || { cat "$stage/log"; exit 1; }
grep -rlF "$build" "$stage/root/usr/bin" "$stage/root/usr/lib" "$stage/root/etc" "$stage/root/usr/sbin" |
    grep -v -e 'bin/nodtrack$' -e '\.so$' | sed 's/^/names the folder it was built in: /' | grep . && faults=1
mv "$stage/root" "$stage/moved"
usr=$stage/moved/usr
cd "$stage" || exit 2
export NODTRACK_DB=$stage/nodtrack.db NODTRACK_NOW=2026-11-20T09:00:00Z USER=reader PATH=$usr/bin:/usr/bin:/bin

# The program, and its library from its place.
[[ $(command -v nodtrack) == "$usr/bin/nodtrack" ]] || fault "another nodtrack is run"
nodtrack --version >version.txt || fault "--version: exit status $?"
grep -q '^nodtrack [0-9]' version.txt || fault "--version says: $(cat version.txt)"
nodtrack ingest "$usr/share/nodtrack/sample_data/cohort" >out.txt || fault "the sample cohort cannot be taken in"
nodtrack assess SARC-002 | grep -q TUMOUR_BOARD || fault "SARC-002 is judged otherwise"
if [[ ! $without_itk ]]; then
    nodtrack measure "$usr/share/nodtrack/sample_data/ct/chest.nrrd" --mask "$usr/share/nodtrack/sample_data/ct/nodule.nrrd" \
        >out.txt || fault "the image library is not found from its installed place"
    mv "$usr/lib/nodtrack/libnodtrack_imaging_itk.so" lib.so
    nodtrack measure "$usr/share/nodtrack/sample_data/ct/chest.nrrd" --mask "$usr/share/nodtrack/sample_data/ct/nodule.nrrd" \
        >out.txt 2>&1 && fault "the image library was not taken from its installed place"
fi

# A man page for each command, which man can show.
while IFS= read -r name; do
    page=$usr/share/man/man1/nodtrack-${name// /-}.1
    [[ -s $page ]] || { fault "no man page for '$name'"; continue; }
    if command -v man >/dev/null; then
        MANWIDTH=80 man --warnings -l "$page" >page.txt 2>warnings.txt </dev/null
        [[ -s warnings.txt ]] && fault "man page of '$name': $(head -3 warnings.txt)"
        grep -q 'EXIT STATUS' page.txt || fault "man page of '$name' has no exit status"
    fi
done < <(nodtrack --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\( [a-z-][a-z-]*\)\{0,1\}\)  .*/\1/p')
[[ -s $usr/share/man/man1/nodtrack.1 ]] || fault "no man page for the program"

# Completion: what bash would offer for these words.
offered() {
    bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nodtrack 2>/dev/null; echo "${COMPREPLY[*]}"' \
        _ "$usr/share/bash-completion/completions/nodtrack" "$@"
}
expect() {
    local wanted=$1 got
    shift
    got=$(offered "$@")
    [[ $got == "$wanted" ]] || fault "completion of '$*' offers '$got', not '$wanted'"
}
expect 'ingest' nodtrack ing
expect 'show check diff adopt list' nodtrack policy ''
expect '--dry-run' nodtrack ingest --dry
expect 'none fired all' nodtrack --db x.db assess SARC-002 --reasons ''
expect '--purpose' nodtrack scan add SARC-002 --pu
touch prior.csv
expect 'prior.csv' nodtrack match --prior pri
for shell in zsh fish; do
    file=$usr/share/zsh/vendor-completions/_nodtrack
    [[ $shell == fish ]] && file=$usr/share/fish/vendor_completions.d/nodtrack.fish
    [[ -s $file ]] || fault "no completion for $shell"
    ! command -v $shell >/dev/null || $shell -n "$file" || fault "$shell cannot read its completion"
done

# Units name the installed program; systemd finds no fault with them where it is there.
grep -q '^ExecStart=/usr/bin/nodtrack serve' "$usr/lib/systemd/system/nodtrack.service" || fault "the unit runs another program"
[[ -f $stage/moved/etc/default/nodtrack ]] || fault "no settings of the service in /etc/default"
grep -q '@' "$usr/lib/nodtrack/nodtrack-backup" && fault "a place was not filled in in nodtrack-backup"

# The backup script: a sound copy, and older ones go only after it.
mkdir backup
touch -d '60 days ago' backup/nodtrack-2026-09-01T000000Z.db
NODTRACK_PROGRAM=$usr/bin/nodtrack NODTRACK_BACKUP_FOLDER=$stage/backup sh "$usr/lib/nodtrack/nodtrack-backup" >out.txt 2>&1 ||
    fault "the backup failed: $(cat out.txt)"
[[ $(ls backup | wc -l) == 1 && ! -e backup/nodtrack-2026-09-01T000000Z.db ]] || fault "backup has: $(ls backup)"
grep -q 'head of the change log' out.txt || fault "the backup does not tell the head of the change log"
touch -d '60 days ago' backup/nodtrack-2026-09-01T000000Z.db
NODTRACK_DB=$stage/none.db NODTRACK_PROGRAM=$usr/bin/nodtrack NODTRACK_BACKUP_FOLDER=$stage/backup \
    sh "$usr/lib/nodtrack/nodtrack-backup" >out.txt 2>&1 && fault "a backup of no registry is told to be done"
[[ -e backup/nodtrack-2026-09-01T000000Z.db ]] || fault "an old backup was removed although the new one failed"
exit $faults
