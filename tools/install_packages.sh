#!/bin/bash
# install_packages.sh KIND…: installs the packages of these kinds in packages.txt that dpkg does not know as installed.
# Needs nothing but a fresh Debian 12.
set -euo pipefail
cd "$(dirname "$0")/.."

packages_of() {
    local name mark kind
    while read -r name mark; do
        [[ -z $name || $name == \#* ]] && continue
        for kind in "$@"; do if [[ ${mark:-build} == "$kind" ]]; then echo "$name"; fi; done
    done <packages.txt | sort -u
}

missing=()
as_root=()
wanted=$(packages_of "$@")
# A package may come with another one: NodeSource's nodejs brings npm, and Debian's npm would take its place.
provided=$(dpkg-query -W -f '${db:Status-Status} ${Provides}\n' | sed -n 's/^installed //p' | tr ',' '\n' | sed 's/(.*//; s/ //g')
for package in $wanted; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
        grep -qx "$package" <<<"$provided" || missing+=("$package")
done
[[ ${#missing[@]} == 0 ]] && exit
echo "installing: ${missing[*]}"
if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { echo "these packages are missing, and there is no sudo: install them as root"; exit 1; }
    as_root=(sudo)
fi
# What a test starts itself (Orthanc listens to everybody) is not to run as a service from now on.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    "${as_root[@]}" sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
# A third-party source that is down must not stop us; if a package is really missing, the install says so.
"${as_root[@]}" apt-get -q update || true
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
    -o Acquire::Retries=3 install "${missing[@]}"
