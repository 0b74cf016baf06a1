#!/bin/bash
# Makes the demo farm (Examples/demo/wikis) and the golden files (Tests/Fixtures) with MediaWiki's own code.
#
#   Scripts/make-fixtures.sh           build all of it and put it into the repository
#   Scripts/make-fixtures.sh --check   build all of it elsewhere and compare with the repository
#
# Four wikis are set up in a temporary folder, filled by Scripts/fixtures/WIKI.php with the clock set by us, made small,
# and dumped by dumpBackup.php and dumpTextPass.php. Two builds give the same rows and the same files.
# Needs, on Debian 12: mediawiki php-cli php-sqlite3 php-xml php-mbstring php-intl sqlite3.
# FIXTURE_PORT (38191): a free port for the web API, which gives the siteinfo files.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
code=/usr/share/mediawiki
port=${FIXTURE_PORT:-38191}
check=false
case ${1:-} in
  '') ;;
  --check) check=true ;;
  *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
for tool in php sqlite3 gzip; do
  command -v "$tool" >/dev/null || { echo "make-fixtures.sh: $tool is missing, see the package list in $0" >&2; exit 1; }
done
[ -r $code/maintenance/dumpBackup.php ] || { echo "make-fixtures.sh: package mediawiki is missing" >&2; exit 1; }

work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir -p "$work"/{data,cache,images,out/demo,out/fixtures}
say() { echo "$(date +%T) $*" >&2; }

# One settings file for all wikis; which one is meant is said by --wiki or by the web server.
cat >"$work/LocalSettings.php" <<PHP
<?php
\$fixtureDirectory = '$work';
\$fixtureWiki = defined( 'MW_DB' ) ? MW_DB : getenv( 'FIXTURE_WIKI' );
require "\$fixtureDirectory/LocalSettings.\$fixtureWiki.php";
require '$here/fixtures/common.php';
PHP
cat >"$work/router.php" <<PHP
<?php
define( 'MW_DB', explode( '/', \$_SERVER['REQUEST_URI'] )[1] );
\$_SERVER['SCRIPT_NAME'] = \$_SERVER['PHP_SELF'] = '/w/api.php';
\$_SERVER['SCRIPT_FILENAME'] = '$code/api.php';
chdir( '$code' );
require '$code/api.php';
PHP
mw() { # mw WIKI SCRIPT ARGUMENT...: a maintenance script, its chatter kept for the case that it fails
  local wiki=$1 script=$2
  shift 2
  MW_CONFIG_FILE=$work/LocalSettings.php php "$script" --wiki="$wiki" "$@" >"$work/$wiki.$BASHPID.log" 2>&1 ||
    { tail -20 "$work/$wiki.$BASHPID.log" >&2; return 1; }
}

build() { # build WIKI LANGUAGE NAME
  local wiki=$1
  say "$wiki: install"
  mkdir -p "$work/install.$wiki" "$work/images/$wiki"
  MW_CONFIG_FILE=$work/none.php php $code/maintenance/install.php --dbtype=sqlite --dbpath="$work/data" --dbname="$wiki" \
    --lang="$2" --pass=fixture-only-password --confpath="$work/install.$wiki" --server="https://$wiki.example.org" \
    --scriptpath=/w "$3" Admin >"$work/$wiki.log" 2>&1 || { tail -20 "$work/$wiki.log" >&2; return 1; }
  mv "$work/install.$wiki/LocalSettings.php" "$work/LocalSettings.$wiki.php"
  say "$wiki: fill"
  mw "$wiki" "$here/fixtures/WikiBuilder.php" --content="$here/fixtures/$wiki.php"
  mw "$wiki" $code/maintenance/initSiteStats.php --update
  [ ! -r "$here/fixtures/$wiki.sql" ] || sqlite3 -bail "$work/data/$wiki.sqlite" <"$here/fixtures/$wiki.sql"
  sqlite3 -bail "$work/data/$wiki.sqlite" <"$here/fixtures/shrink.sql" >/dev/null
  cp "$work/data/$wiki.sqlite" "$work/$wiki.sqlite"
  chmod 644 "$work/$wiki.sqlite"
}

# siteinfo WIKI FORMATVERSION: the answer of the API; its time is the real one and is replaced.
siteinfo() {
  curl -sf "http://127.0.0.1:$port/$1/api.php?action=query&meta=siteinfo&format=json&formatversion=$2" \
    --url-query 'siprop=general|namespaces|namespacealiases|magicwords' |
    sed 's/"time":"[^"]*"/"time":"2024-06-01T12:00:00Z"/'
}

dump() { # dump WIKI: all page and log outputs, as a dump worker asks for them
  local wiki=$1 out=$work/out/fixtures/$1
  say "$wiki: dump"
  mkdir -p "$out"
  mw "$wiki" $code/maintenance/dumpBackup.php --full --stub --quiet --output="file:$out/stub-meta-history.xml" \
    --output="file:$out/stub-meta-current.xml" --filter=latest --output="file:$out/stub-articles.xml" --filter=latest \
    --filter=notalk --filter=namespace:!NS_USER
  mw "$wiki" $code/maintenance/dumpBackup.php --logs --quiet --output="file:$out/pages-logging.xml"
  # Side by side, as each text that cannot be read costs 25 seconds.
  local kind scope=--full passes=()
  for kind in meta-history meta-current articles; do
    mw "$wiki" $code/maintenance/dumpTextPass.php --stub="file:$out/stub-$kind.xml" --quiet $scope \
      --output="file:$out/pages-$kind.xml" &
    passes+=($!)
    scope=--current
  done
  for kind in "${passes[@]}"; do wait "$kind"; done
  gzip -9n "$out"/*.xml
}

build demowiki en 'Demo & Wiki'
build nordwiki sv Nordwikin
build boardwiki en 'Harbour board'
build oddwiki en 'Odd "wiki"'

MW_CONFIG_FILE=$work/LocalSettings.php php -S "127.0.0.1:$port" "$work/router.php" >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 50); do siteinfo demowiki 2 >/dev/null && break; sleep 0.2; done
for wiki in demowiki nordwiki boardwiki; do
  cp "$work/$wiki.sqlite" "$work/out/demo/"
  version=2
  [ $wiki != nordwiki ] || version=1
  siteinfo $wiki $version >"$work/out/demo/$wiki.siteinfo.json"
done
mkdir "$work/out/fixtures/oddwiki"
cp "$work/oddwiki.sqlite" "$work/out/fixtures/oddwiki/"
siteinfo oddwiki 2 >"$work/out/fixtures/oddwiki/oddwiki.siteinfo.json"
# The other format of two of them, to tell one from the other.
mkdir "$work/out/fixtures"/{demowiki,nordwiki}
siteinfo demowiki 1 >"$work/out/fixtures/demowiki/siteinfo.1.json"
siteinfo nordwiki 2 >"$work/out/fixtures/nordwiki/siteinfo.2.json"
for wiki in demowiki nordwiki boardwiki oddwiki; do dump $wiki; done

if ! $check; then
  mkdir -p "$root/Examples/demo/wikis" "$root/Tests/Fixtures"
  cp "$work/out/demo/"* "$root/Examples/demo/wikis/"
  cp -r "$work/out/fixtures/"* "$root/Tests/Fixtures/"
  say "done"
  exit 0
fi

bad=0
compare() { # compare NEW OLD
  if [ "${1##*.}" = sqlite ]; then
    diff -a <(sqlite3 "$2" .dump) <(sqlite3 "$1" .dump) >"$work/diff" && return
    cut -c 1-200 "$work/diff" | head -6
  else
    cmp -s "$1" "$2" && return
  fi
  echo "differs: ${2#"$root"/}"
  bad=1
}
for file in "$work"/out/demo/*; do compare "$file" "$root/Examples/demo/wikis/${file##*/}"; done
while IFS= read -r file; do compare "$file" "$root/Tests/Fixtures/${file#"$work/out/fixtures/"}"; done \
  < <(find "$work/out/fixtures" -type f | sort)
[ $bad = 0 ] && say "the repository holds what a new build gives"
exit $bad
