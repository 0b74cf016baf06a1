#!/bin/bash
# MediaWiki 1.39 on MariaDB, read natively by a user who may only read: PHP wrote the same bytes.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

farm=$(farm native-1.39 demowiki </dev/null)
run 0 "$farm" demowiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/demowiki"/2*
compare "$farm" demowiki "$fixtures/demowiki"
