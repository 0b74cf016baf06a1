#!/bin/bash
# The pages of a farm of 1,000 wikis and of one with real runs, in Chromium: three widths, two themes, search, filters, order,
# keyboard, no script, accessibility by axe. Feeds are read by feedparser, metrics by promtool. PICTURES names a folder for pictures of
# all pages.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

support=$INTEGRATION_SOURCE/Tests/Integration/support
folder=$INTEGRATION/pages
mkdir -p "$folder"
"$INTEGRATION_SOURCE/Scripts/need-packages.sh" chromium prometheus python3-venv libxml2-utils
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check axe-core-python==0.1.0 feedparser==6.0.14 html5lib==1.1
axe=$("$folder/venv/bin/python" -c 'import axe_core_python, os; print(os.path.dirname(axe_core_python.__file__))')/axe.min.js

# A farm of 1,000 wikis.
many=$folder/many
python3 "$support/madeUpFarm.py" "$many"
echo "# Of the operator." >"$folder/robots.txt"
cp "$folder/robots.txt" "$many/public/robots.txt"
check "a sweep of 1,000 wikis" "$DUMPCTL" monitor --configfile "$many/wikidump.conf" --quiet
check "robots.txt of the operator stays" cmp "$folder/robots.txt" "$many/public/robots.txt"
smaller() { check "$1 has less than $3 bytes, not $2" test "$2" -lt "$3"; }
for page in index index-bydb; do
  smaller "$page.html" "$(wc -c <"$many/public/$page.html")" 350000
  smaller "$page.html after gzip" "$(gzip -c "$many/public/$page.html" | wc -c)" 25000
done
smaller status.json "$(wc -c <"$many/public/status.json")" 200000
check "promtool likes the metrics" promtool check metrics <"$many/dumps.prom"
check "promtool likes the rules" promtool check rules "$INTEGRATION_SOURCE/Examples/monitoring/dumpctl.rules.yml"
# What two programs look for that read these pages.
check "the first pattern" grep -qP "([_a-z]+)wiktionary</a>: <span class='(done|partial-dump)'>" "$many/public/index.html"
check "the second pattern" grep -qP '<a href="[a-z]+/\d{8}">[a-z]+</a>: <span class='"'"'done'"'"'>Dump complete</span>' \
  "$many/public/index-bydb.html"
before=$(cd "$many/public" && stat -c '%n %i %y' -- *.*)
check "another sweep" "$DUMPCTL" monitor --configfile "$many/wikidump.conf" --quiet
check "a sweep leaves unchanged files alone" test "$before" = "$(cd "$many/public" && stat -c '%n %i %y' -- *.*)"

# A farm with real runs.
cp -r "$INTEGRATION_SOURCE/Examples/demo" "$folder/demo"
for date in 20261001 20261101 20261115; do
  check "a run of $date" "$DUMPCTL" run --configfile "$folder/demo/wikidump.conf" demowiki --date "$date" --quiet
done
check "its index" "$DUMPCTL" monitor --configfile "$folder/demo/wikidump.conf" --quiet
for feed in "$many/public/atom.xml" "$folder/demo/public/demowiki/atom.xml"; do
  check "feedparser reads ${feed#"$folder/"}" "$folder/venv/bin/python" -c '
import feedparser, sys
feed = feedparser.parse(sys.argv[1])
sys.exit(feed.bozo or not feed.entries or any(not (e.id and e.title and e.updated_parsed) for e in feed.entries))' "$feed"
done
for page in "$many/public/index.html" "$folder/demo/public/demowiki/index.html" "$folder/demo/public/demowiki/20261101/index.html"; do
  check "${page#"$folder/"} is valid HTML" "$folder/venv/bin/python" -c '
import html5lib, sys
html5lib.HTMLParser(strict=True).parse(open(sys.argv[1], "rb"), transport_encoding="utf-8")' "$page"
done
check "the sitemap is XML" xmllint --noout "$many/public/sitemap.xml"

timeout 900 python3 "$support/browsePages.py" "$many/public" "$folder/demo/public" "$axe" ${PICTURES:+"$PICTURES"} >"$folder/browser.log" ||
  failed "the browser: $(tail -3 "$folder/browser.log")"
while read -r verdict what; do
  if [ "$verdict" = ok ]; then passed "$what"; else failed "$what"; fi
done <"$folder/browser.log"
