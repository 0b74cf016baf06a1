#!/bin/bash
# Makes Tests/Fixtures/textwiki and historyblobs.json with MediaWiki's own code: a wiki whose texts are stored in all the
# ways that MediaWiki and its scripts do, two external stores, and what its PHP dumps of them.
#
#   Scripts/make-text-fixture.sh [MEDIAWIKI]    the folder of MediaWiki's code; that of Debian's 1.43 by default, as older
#                                               versions write no es: addresses
#
# Needs, on Debian 12: php-cli php-sqlite3 php-xml php-mbstring php-intl sqlite3.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
MW_INSTALL_PATH=${1:-$("$here/fetch-mediawiki.sh" 1.43)}
export MW_INSTALL_PATH
out=$(dirname "$here")/Tests/Fixtures
[ -r "$MW_INSTALL_PATH/maintenance/dumpBackup.php" ] || { echo "make-text-fixture.sh: no MediaWiki in $MW_INSTALL_PATH" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{install,cache} "$out/textwiki"

MW_CONFIG_FILE=$work/none.php php "$MW_INSTALL_PATH/maintenance/install.php" --dbtype=sqlite --dbpath="$work" --dbname=textwiki \
  --lang=en --pass=fixture-only-password --confpath="$work/install" --server=https://textwiki.example.org --scriptpath=/w \
  'Text wiki' Admin >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
# Page 1 and the first log entry come from the installer, which reads the real clock.
sqlite3 "$work/textwiki.sqlite" "UPDATE revision SET rev_timestamp = '20200101000000';
  UPDATE logging SET log_timestamp = '20200101000000'"
for store in 1 2; do
  sqlite3 "$work/es$store.sqlite" 'PRAGMA page_size = 512; CREATE TABLE blobs (blob_id INTEGER PRIMARY KEY, blob_text BLOB)'
done
{
  sed '/^wfLoad/d' "$work/install/LocalSettings.php"
  cat <<PHP
Wikimedia\Timestamp\ConvertibleTimestamp::setFakeTime( '20240601120000' );
\$wgMainCacheType = \$wgMessageCacheType = \$wgParserCacheType = CACHE_NONE;
\$wgCacheDirectory = '$work/cache';
\$wgJobRunRate = 0;
\$wgPingback = false;
\$wgLegacyEncoding = 'windows-1252';
\$wgExternalStores = [ 'DB' ];
foreach ( [ 1, 2 ] as \$number ) {
	\$wgExternalServers["cluster\$number"] = [ [ 'type' => 'sqlite', 'dbname' => "es\$number", 'dbDirectory' => '$work',
		'tablePrefix' => '', 'load' => 1, 'host' => '', 'user' => '', 'password' => '', 'flags' => 0 ] ];
}
\$wgDefaultExternalStore = getenv( 'STORE' ) ? [ 'DB://' . getenv( 'STORE' ) ] : false;
\$wgCompressRevisions = (bool)getenv( 'COMPRESS' );
PHP
} >"$work/LocalSettings.php"
export MW_CONFIG_FILE=$work/LocalSettings.php
mw() { # mw SCRIPT ARGUMENT...: a maintenance script, its chatter kept for the case that it fails
  php "$1" --wiki=textwiki "${@:2}" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; return 1; }
}
# compressOld.php compares times with numbers, which SQLite does not take for each other.
times() { sqlite3 "$work/textwiki.sqlite" "UPDATE revision SET rev_timestamp = CAST(rev_timestamp AS $1)"; }
compress() {
  times INTEGER
  mw "$MW_INSTALL_PATH/maintenance/storage/compressOld.php" --type=concat "$@"
  times TEXT
}
part() { mw "$here/fixtures/TextWiki.php" --part="$1"; }

STORE=cluster1 part 'Direct'
STORE=cluster2 COMPRESS=1 part 'Direct and compressed'
part 'Concatenated'
compress
part 'Concatenated in a store'
compress --extdb=cluster1
COMPRESS=1 part 'Moved'
mw "$MW_INSTALL_PATH/maintenance/storage/moveToExternal.php" DB cluster2
part 'Concatenated again'
compress
for page in Diffs 'Local diffs' Legacy Odd; do part "$page"; done
part objects

php "$here/fixtures/TextWiki.php" --wiki=textwiki --part=siteinfo >"$out/textwiki/textwiki.siteinfo.json"
mw "$MW_INSTALL_PATH/maintenance/dumpBackup.php" --full --stub --quiet --output="file:$work/stub-meta-history.xml"
mw "$here/fixtures/textPass.php" --stub="file:$work/stub-meta-history.xml" --quiet --full \
  --output="file:$work/pages-meta-history.xml"
for name in stub-meta-history pages-meta-history; do gzip -9nc "$work/$name.xml" >"$out/textwiki/$name.xml.gz"; done

# What a dump of pages and log does not read is left out.
sqlite3 "$work/textwiki.sqlite" "SELECT 'DROP TABLE ' || name || ';' FROM sqlite_master WHERE type = 'table'
  AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'searchindex%' AND name NOT IN ('page',
  'revision', 'revision_comment_temp', 'slots', 'slot_roles', 'content', 'content_models', 'text', 'actor', 'comment',
  'redirect', 'interwiki', 'logging')" >"$work/drop.sql"
{
  echo 'DROP TABLE IF EXISTS searchindex;'
  cat "$work/drop.sql"
  echo "UPDATE page SET page_random = 0, page_touched = '20240601120000', page_links_updated = '20240601120000';"
  echo 'DELETE FROM interwiki; PRAGMA page_size = 512; PRAGMA journal_mode = DELETE; VACUUM;'
} | sqlite3 -bail "$work/textwiki.sqlite" >/dev/null
for name in textwiki es1 es2; do
  sqlite3 "$work/$name.sqlite" 'PRAGMA journal_mode = DELETE; VACUUM' >/dev/null
  install -m 644 "$work/$name.sqlite" "$out/textwiki/$name.sqlite"
done
php "$here/fixtures/historyblobs.php" "$MW_INSTALL_PATH" >"$out/historyblobs.json"
