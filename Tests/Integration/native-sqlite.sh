#!/bin/bash
# MediaWiki 1.43 on SQLite, read natively: PHP wrote the same bytes.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

farm=$(farm native-sqlite newwiki <<<"contentsource=sqlite
databasepath=$fixtures/{wiki}/{wiki}.sqlite")
run 5 "$farm" newwiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/newwiki"/2*
compare "$farm" newwiki "$fixtures/newwiki"
