#!/bin/bash
# The database as MediaWiki 1.46 has it, made by removing what it removes: the dump is that of 1.43.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

dump_by_php newwiki
sql newwiki -e "ALTER TABLE revision DROP COLUMN rev_sha1; ALTER TABLE archive DROP COLUMN ar_sha1;
  ALTER TABLE recentchanges DROP COLUMN rc_type, DROP COLUMN rc_new"
farm=$(farm newest-schema newwiki </dev/null)
run 5 "$farm" newwiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/newwiki"/2*
compare "$farm" newwiki "$INTEGRATION/php/newwiki"
