#!/bin/bash
# Tables with a prefix: PHP writes the same bytes.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

farm=$(farm table-prefix prefixwiki <<<"tableprefix=mw_")
dump_by_php prefixwiki
run 5 "$farm" prefixwiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/prefixwiki"/2*
compare "$farm" prefixwiki "$INTEGRATION/php/prefixwiki"
