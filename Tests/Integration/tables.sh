#!/bin/bash
# The SQL text of the tables makes the same tables again: MariaDB computes equal checksums.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

for wiki in newwiki demowiki; do
  farm=$(farm "tables-$wiki" $wiki </dev/null)
  run 0 "$farm" $wiki --job tables
  sql -e "CREATE DATABASE ${wiki}_back DEFAULT CHARACTER SET binary"
  start=$(files "$farm" $wiki)
  tables=0
  for file in "$start"-*.sql.gz; do
    table=${file#"$start-"}
    table=${table%.sql.gz}
    plain "$file" | sql "${wiki}_back"
    sums=$(sql -N -e "CHECKSUM TABLE $wiki.$table, ${wiki}_back.$table" | cut -f 2 | sort -u | wc -l)
    if [ "$sums" = 1 ]; then tables=$((tables + 1)); else failed "$wiki: the table $table has another checksum"; fi
  done
  check "$wiki: $tables tables have their checksums" test $tables -ge 20
done
