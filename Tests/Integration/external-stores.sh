#!/bin/bash
# Texts that MediaWiki's own scripts packed together and moved into external stores: PHP writes the same bytes.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"
. "$INTEGRATION_SOURCE/Tests/Integration/support/wikis.sh"

# make_store_wiki WIKI LIKE DATABASE.sqlite: a wiki with the settings and rows of another one, and two external stores.
make_store_wiki() {
  local store="'dbname' => 'texts_$1', 'type' => 'mysql', 'load' => 1, 'host' => \$wgDBserver, 'user' => \$wgDBuser,
    'password' => \$wgDBpassword"
  settings "$1" <<<"require __DIR__ . '/$2.php'; \$wgExternalStores = [ 'DB' ]; \$wgExternalServers = [
    'cluster1' => [ [ $store ] ], 'cluster2' => [ [ $store, 'blobs table' => 'blobs_cluster2' ] ] ];
    \$wgDefaultExternalStore = getenv( 'STORE' ) ? [ getenv( 'STORE' ) ] : false;"
  install_wiki "$1" "$2"
  fill "$1" "$3"
  sql -e "CREATE DATABASE texts_$1; GRANT SELECT ON $1.* TO reader@'127.0.0.1'; GRANT SELECT ON texts_$1.* TO reader@'127.0.0.1'"
  sql "texts_$1" <"$(code_of "$1")/maintenance/storage/blobs.sql"
  sql "texts_$1" -e "CREATE TABLE blobs_cluster2 LIKE blobs"
}

# compress WIKI: texts that are long enough for stubs, all of one page: some in the database, some in a store; others each by itself,
# but only behind the rows that lead to a store, as the script would take their addresses for texts.
compress() {
  local page=(-t concat -s 2 -n 2) dates
  mapfile -t dates < <(sql -N "$1" -e "SELECT rev_timestamp FROM revision WHERE rev_page = 2 ORDER BY rev_timestamp")
  mw "$1" storage/compressOld.php "${page[@]}" -c 7 -e "${dates[20]}"
  mw "$1" storage/compressOld.php "${page[@]}" --extdb cluster1 -b "${dates[20]}" -e "${dates[35]}"
  mw "$1" storage/compressOld.php -t gzip -s 171
}

# there WIKI WHAT NUMBER FROM...: whether so many rows say that a script did what it is here for.
there() {
  local rows
  rows=$(sql -N "$1" -e "SELECT count(*) FROM ${*:4}")
  check "$1: $2: $rows" test "$rows" -ge "$3"
}

# store_texts STATUS WIKI: each script stores texts in its way. Dumpctl reads the same texts after each of them, those that PHP
# reads in the end.
store_texts() {
  local status=$1 wiki=$2 texts=(--job 'xmlstubsdump,metahistorybz2dump') farm date
  farm=$(farm "$wiki" "$wiki" <<<"externalstores=cluster1 database=texts_{wiki}, cluster2 database=texts_{wiki} table=blobs_cluster2")

  compress "$wiki"
  there "$wiki" "stubs of compressOld.php" 10 "text WHERE old_text LIKE 'O:15:\"HistoryBlobStub\"%'"
  there "$wiki" "texts that it put into a store" 10 "text WHERE old_text LIKE 'DB://cluster1/%/%'"
  # MediaWiki 1.39 still makes a row of the table text for it.
  STORE=DB://cluster2 mw "$wiki" edit.php --user Admin "Stored at once" <<<"A text of today: äöü €"
  there "$wiki" "a text that was stored at once" 1 "content LEFT JOIN text ON content_address = concat('tt:', old_id)
    WHERE content_address LIKE 'es:DB://cluster2/%' OR old_text LIKE 'DB://cluster2/%'"
  run "$status" "$farm" "$wiki" --date 20260101 "${texts[@]}"

  mw "$wiki" storage/moveToExternal.php DB cluster1
  there "$wiki" "objects of moveToExternal.php" 3 "text WHERE old_flags LIKE '%object%external%' AND old_text LIKE 'DB://cluster1/%'"
  there "$wiki" "texts of it" 10 "text WHERE old_flags NOT LIKE '%object%' AND old_text REGEXP '^DB://cluster1/[0-9]+$'"
  run "$status" "$farm" "$wiki" --date 20260102 "${texts[@]}"

  run "$status" "$farm" "$wiki" --date 20260103
  check "no text of a store is lost" test "$(grep -ac 'external store' "$farm/run.log")" = 0
  check "verify agrees" "$DUMPCTL" verify "$farm/public/$wiki/20260103"
  dump_by_php "$wiki"
  compare "$farm" "$wiki" "$INTEGRATION/php/$wiki"
  for date in 20260101 20260102; do
    same "$wiki: the texts of $date" "$farm/public/$wiki/$date/$wiki-$date-pages-meta-history.xml.bz2" "$INTEGRATION/php/$wiki/pages-meta-history.xml"
  done
}

make_store_wiki storewiki newwiki "${fixtures:?}/newwiki/newwiki.sqlite"
# recompressTracked.php ends with an error in both versions. Differences in a store, as it left them, are those of newwiki.
sql storewiki -e "INSERT INTO texts_storewiki.blobs_cluster2 (blob_text) SELECT old_text FROM text WHERE old_id = 165;
  UPDATE text SET old_text = concat('DB://cluster2/', last_insert_id(), '/', old_id - 165), old_flags = 'external,utf-8'
    WHERE old_id BETWEEN 165 AND 170"
# A table of MediaWiki 1.4. An old text of newwiki leads there, and the scripts stop without it.
sql storewiki -e "CREATE TABLE cur (cur_id int PRIMARY KEY, cur_text blob);
  INSERT INTO cur VALUES (3, 0x$(sqlite3 "$fixtures/newwiki/newwiki.sqlite" 'SELECT hex(cur_text) FROM cur WHERE cur_id = 3'))"
store_texts 5 storewiki

make_store_wiki oldstorewiki demowiki "$INTEGRATION_SOURCE/Examples/demo/wikis/demowiki.sqlite"
store_texts 0 oldstorewiki
