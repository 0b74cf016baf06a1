#!/bin/bash
# Prints the folder of MediaWiki's code. It is taken out of Debian's packages, which are downloaded once (up to 75 MB with
# the list of packages) and not installed; the lists of apt on this machine stay as they are. PHP 8.2 of Debian 12 runs it.
#
#   Scripts/fetch-mediawiki.sh 1.39|1.43 [FOLDER]     FOLDER (.build/mediawiki-VERSION) keeps the code
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  1.39) suite=bookworm ;;
  1.43) suite=trixie ;;
  *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
kept=${2:-.build/mediawiki-$1}
mkdir -p "$kept"
kept=$(cd "$kept" && pwd)

if [ ! -e "$kept/complete" ]; then
  work=$(mktemp -d "$kept/new.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{sources,lists/partial,cache/archives/partial,debs,root}
  # The mirror that this machine uses, or else Debian's own.
  # shellcheck disable=SC2016 # apt fills this in
  mirror=$(apt-get indextargets --format '$(SITE)' 'Component: main' 2>/dev/null | grep -v security | head -1 || true)
  cat >"$work/sources/$suite.sources" <<SOURCE
Types: deb
URIs: ${mirror:-http://deb.debian.org/debian}
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
  # As root, apt would else hand over to a user who cannot reach these folders.
  apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" -o Dir::State::Lists="$work/lists"
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3)
  echo "Downloading MediaWiki $1 from Debian's suite $suite" >&2
  "${apt[@]}" update >&2
  (cd "$work/debs" && "${apt[@]}" download mediawiki mediawiki-classes >&2)
  for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/root"; done
  # These lead to folders of the system, where another version may be installed.
  (
    cd "$work/root/usr/share/mediawiki"
    rm -f LocalSettings.php config images extensions
    ln -s extensions-core extensions
    ! find . -type l -lname '/*' | grep . >&2
  ) || { echo "fetch-mediawiki.sh: these links of the package lead out of it" >&2; exit 1; }
  rm -rf "${kept:?}/usr"
  mv "$work/root/usr" "$kept/usr"
  touch "$kept/complete"
fi
echo "$kept/usr/share/mediawiki"
