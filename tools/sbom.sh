#!/bin/bash
# sbom.sh: the packages that nodtrack is built of, with the versions of this computer, as a table for docs/sbom.md: Debian's
# libraries (packages.txt, without tools) and the packages that the pages carry (web/package-lock.json).
set -euo pipefail
cd "$(dirname "$0")/.."
echo "| package | version | from |"
echo "| --- | --- | --- |"
sed -n 's/^\([a-z0-9.+-]*\)$/\1/p' packages.txt | grep -E -- '-dev$' | while read -r name; do
    # The -dev package names the library that is linked; of headers alone it is the library.
    dpkg-query -W -f '| ${Package} | ${Version} | Debian, source ${source:Package} |\n' "$name" 2>/dev/null || echo "| $name | not installed | Debian |"
done
if command -v node >/dev/null; then
    node -e '
        const { packages } = require("./web/package-lock.json");
        for (const [path, entry] of Object.entries(packages))
            if (path !== "" && !entry.dev && !entry.devOptional && !entry.optional)
                console.log(`| ${path.replace(/^.*node_modules\//, "")} | ${entry.version} | npm |`);'
fi
