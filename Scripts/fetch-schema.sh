#!/bin/bash
# Prints the path of MediaWiki's export-0.11 schema: the installed one, or one taken out of Debian's package mediawiki,
# which is downloaded once (37 MB) and not installed. Prints nothing and fails when neither is to be had.
set -euo pipefail
cd "$(dirname "$0")/.."

name=usr/share/doc/mediawiki/docs/export-0.11.xsd.gz
kept=.build/export-0.11.xsd
if [ ! -s $kept ]; then
  mkdir -p .build
  if [ -r /$name ]; then
    gzip -dc /$name >$kept
  else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    echo "Downloading Debian's package mediawiki for its export schema" >&2
    cd "$work"
    if ! apt-get download -qq mediawiki >/dev/null 2>&1; then
      # Lists of packages are missing or old.
      if [ "$(id -u)" = 0 ]; then apt-get update -qq >&2; else sudo -n apt-get update -qq >&2; fi
      apt-get download -qq mediawiki >/dev/null 2>&1 || exit 1
    fi
    cd - >/dev/null
    dpkg-deb --fsys-tarfile "$work"/mediawiki_*.deb | tar -xO ./$name | gzip -dc >"$work/schema"
    mv "$work/schema" $kept
  fi
fi
echo "$PWD/$kept"
