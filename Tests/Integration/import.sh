#!/bin/bash
# importDump.php puts a dump of ours into an empty wiki, and a dump of that holds the same pages and revisions.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

farm=$(farm import-from demowiki </dev/null)
run 0 "$farm" demowiki --job xmlstubsdump,metahistorybz2dump
plain "$(files "$farm" demowiki)-pages-meta-history.xml.bz2" >"$INTEGRATION/import.xml"
check "importDump.php takes our dump" mw livewiki importDump.php --no-updates --username-prefix=demo "$INTEGRATION/import.xml"
back=$(farm import-back livewiki </dev/null)
run 0 "$back" livewiki --job xmlstubsdump,metahistorybz2dump
plain "$(files "$back" livewiki)-pages-meta-history.xml.bz2" >"$INTEGRATION/back.xml"
check "all pages and revisions are back" python3 "$INTEGRATION_SOURCE/Tests/Integration/support/sameRevisions.py" \
  "$INTEGRATION/import.xml" "$INTEGRATION/back.xml"
