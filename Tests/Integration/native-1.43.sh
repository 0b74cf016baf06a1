#!/bin/bash
# MediaWiki 1.43 on MariaDB, read natively by a user who may only read: PHP writes the same bytes.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

dump_by_php newwiki
farm=$(farm native-1.43 newwiki </dev/null)
run 5 "$farm" newwiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/newwiki"/2*
compare "$farm" newwiki "$INTEGRATION/php/newwiki"
