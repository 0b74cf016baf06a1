#!/bin/bash
# Makes the demo farm (Examples/demo/wikis) and the golden files (Tests/Fixtures) with MediaWiki's own code.
#
#   Scripts/make-fixtures.sh           build all of it and put it into the repository
#   Scripts/make-fixtures.sh --check   build all of it elsewhere and compare with the repository
#
# Five wikis are set up in a temporary folder, four by MediaWiki 1.39 and newwiki by 1.43, filled by Scripts/fixtures/WIKI.php
# with the clock set by us, made small, and dumped by dumpBackup.php and dumpTextPass.php. Two builds give the same rows and
# the same files. What is missing of Debian's packages is installed; MediaWiki's code is not installed but unpacked.
# FIXTURE_PORT (38191): a free port for the web API, which gives the siteinfo files.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
port=${FIXTURE_PORT:-38191}
check=false
case ${1:-} in
  '') ;;
  --check) check=true ;;
  *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
wikis=(demowiki nordwiki boardwiki oddwiki newwiki)
"$here/need-packages.sh" php-cli php-sqlite3 php-xml php-mbstring php-intl sqlite3 curl >&2
declare -A code
for wiki in "${wikis[@]}"; do code[$wiki]=$("$here/fetch-mediawiki.sh" 1.39); done
code[newwiki]=$("$here/fetch-mediawiki.sh" 1.43)

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
\$code = MW_DB === 'newwiki' ? '${code[newwiki]}' : '${code[demowiki]}';
\$_SERVER['SCRIPT_FILENAME'] = "\$code/api.php";
chdir( \$code );
require "\$code/api.php";
PHP
mw() { # mw WIKI SCRIPT ARGUMENT...: a maintenance script, its chatter kept for the case that it fails
  local wiki=$1 script=$2 log=$work/$1.$BASHPID.log
  shift 2
  MW_INSTALL_PATH=${code[$wiki]} MW_CONFIG_FILE=$work/LocalSettings.php php "$script" --wiki="$wiki" "$@" >"$log" 2>&1 ||
    { tail -20 "$log" >&2; return 1; }
}

build() { # build WIKI LANGUAGE NAME
  local wiki=$1 maintenance=${code[$1]}/maintenance
  say "$wiki: install"
  mkdir -p "$work/install.$wiki" "$work/images/$wiki"
  MW_CONFIG_FILE=$work/none.php php "$maintenance/install.php" --dbtype=sqlite --dbpath="$work/data" --dbname="$wiki" \
    --lang="$2" --pass=fixture-only-password --confpath="$work/install.$wiki" --server="https://$wiki.example.org" \
    --scriptpath=/w "$3" Admin >"$work/$wiki.log" 2>&1 || { tail -20 "$work/$wiki.log" >&2; return 1; }
  mv "$work/install.$wiki/LocalSettings.php" "$work/LocalSettings.$wiki.php"
  say "$wiki: fill"
  mw "$wiki" "$here/fixtures/WikiBuilder.php" --content="$here/fixtures/$wiki.php"
  mw "$wiki" "$maintenance/initSiteStats.php" --update
  # From its folder, as one such file may read another.
  [ ! -r "$here/fixtures/$wiki.sql" ] || (cd "$here/fixtures" && sqlite3 -bail "$work/data/$wiki.sqlite" <"$wiki.sql")
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
  local wiki=$1 out=$work/out/fixtures/$1 maintenance=${code[$1]}/maintenance
  say "$wiki: dump"
  mkdir -p "$out"
  mw "$wiki" "$maintenance/dumpBackup.php" --full --stub --quiet --output="file:$out/stub-meta-history.xml" \
    --output="file:$out/stub-meta-current.xml" --filter=latest --output="file:$out/stub-articles.xml" --filter=latest \
    --filter=notalk --filter=namespace:!NS_USER
  mw "$wiki" "$maintenance/dumpBackup.php" --logs --quiet --output="file:$out/pages-logging.xml"
  local kind scope=--full
  for kind in meta-history meta-current articles; do
    mw "$wiki" "$here/fixtures/textPass.php" --stub="file:$out/stub-$kind.xml" --quiet $scope --output="file:$out/pages-$kind.xml"
    scope=--current
  done
  gzip -9n "$out"/*.xml
}

build demowiki en 'Demo & Wiki'
build nordwiki sv Nordwikin
build boardwiki en 'Harbour board'
build oddwiki en 'Odd "wiki"'
build newwiki en 'New wiki'

MW_CONFIG_FILE=$work/LocalSettings.php php -S "127.0.0.1:$port" "$work/router.php" >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 50); do siteinfo demowiki 2 >/dev/null && break; sleep 0.2; done
kill -0 "$server" || { cat "$work/server.log" >&2; exit 1; }
for wiki in demowiki nordwiki boardwiki; do
  cp "$work/$wiki.sqlite" "$work/out/demo/"
  version=2
  [ $wiki != nordwiki ] || version=1
  siteinfo $wiki $version >"$work/out/demo/$wiki.siteinfo.json"
done
for wiki in oddwiki newwiki; do
  mkdir "$work/out/fixtures/$wiki"
  cp "$work/$wiki.sqlite" "$work/out/fixtures/$wiki/"
  siteinfo $wiki 2 >"$work/out/fixtures/$wiki/$wiki.siteinfo.json"
done
# The other format of two of them, to tell one from the other.
mkdir "$work/out/fixtures"/{demowiki,nordwiki}
siteinfo demowiki 1 >"$work/out/fixtures/demowiki/siteinfo.1.json"
siteinfo nordwiki 2 >"$work/out/fixtures/nordwiki/siteinfo.2.json"
for wiki in "${wikis[@]}"; do dump "$wiki"; done

if ! $check; then
  mkdir -p "$root/Examples/demo/wikis" "$root/Tests/Fixtures"
  cp "$work/out/demo/"* "$root/Examples/demo/wikis/"
  cp -r "$work/out/fixtures/"* "$root/Tests/Fixtures/"
  say "done"
  exit 0
fi

bad=0
# How many jobs there were before they were removed depends on how fast the wiki was filled.
rows() { sqlite3 "$1" .dump | grep -av "^INSERT INTO sqlite_sequence VALUES('job',"; }
compare() { # compare NEW OLD
  if [ "${1##*.}" = sqlite ]; then
    diff -a <(rows "$2") <(rows "$1") >"$work/diff" && return
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
