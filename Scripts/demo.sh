#!/bin/bash
# Makes a small farm in ./demo, dumps each of its wikis and writes its index page. Called by `make demo`.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev
command -v swift >/dev/null || { echo "Swift 6.2 or later is missing, see https://www.swift.org/install" >&2; exit 1; }

echo "Building dumpctl; the first time takes some minutes."
. Scripts/build-flags.sh
swift build "${release[@]}" --product dumpctl
dumpctl=$(swift build "${release[@]}" --show-bin-path)/dumpctl

if [ -e demo ]; then
  [ -r demo/wikidump.conf ] || { echo "./demo is not a demo farm; move it away" >&2; exit 1; }
  echo "Removing the demo farm of an earlier run."
  rm -rf demo
fi
echo "Making the farm in ./demo"
mkdir demo
cp -r Examples/demo/wikidump.conf Examples/demo/all.dblist Examples/demo/private.dblist Examples/demo/wikis demo/

while IFS= read -r wiki; do
  case $wiki in '' | '#'*) continue ;; esac
  echo "Dumping $wiki"
  "$dumpctl" run --configfile demo/wikidump.conf "$wiki" </dev/null
done <demo/all.dblist
"$dumpctl" monitor --configfile demo/wikidump.conf --once

cat <<TEXT

Index page:     file://$PWD/demo/public/index.html
Public dumps:   $PWD/demo/public
Private dumps:  $PWD/demo/private
Settings:       $PWD/demo/wikidump.conf
To follow the links of the pages:  python3 -m http.server 8080 -d demo/public   and open http://localhost:8080
TEXT
