#!/bin/bash
# The server breaks connections off, and is killed and started again, while the dump is made: it ends well, and holds what an
# undisturbed one holds.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"
. "$INTEGRATION_SOURCE/Tests/Integration/support/server.sh"
. "$INTEGRATION_SOURCE/Tests/Integration/support/wikis.sh"

add_pages livewiki 40000
jobs=xmlstubsdump,articlesdump,metahistorybz2dump,xmlpagelogsdump,pagetable
undisturbed=$(farm undisturbed livewiki </dev/null)
run 0 "$undisturbed" livewiki --date 20260101 --job $jobs

unchanged() {
  local kind
  for kind in stub-meta-history.xml.gz stub-articles.xml.gz pages-articles.xml.bz2 pages-meta-history.xml.bz2 pages-logging.xml.gz; do
    same "${1##*/}: $kind" "$1/public/livewiki/20260101/livewiki-20260101-$kind" \
      "$undisturbed/public/livewiki/20260101/livewiki-20260101-$kind"
  done
}

farm=$(farm connections-killed livewiki </dev/null)
touch "$INTEGRATION/killing"
(for _ in 1 2 3 4 5; do
  sleep 0.5
  [ -e "$INTEGRATION/killing" ] || break
  sql -N -e "SELECT concat('KILL ', id, ';') FROM information_schema.processlist WHERE user = 'reader'" | sql --force 2>/dev/null || true
done) &
killer=$!
run 0 "$farm" livewiki --date 20260101 --job $jobs
rm -f "$INTEGRATION/killing"
wait $killer
check "the run says that a connection was lost" grep -qi 'connection\|killed\|anew' "$farm/run.log"
unchanged "$farm"

farm=$(farm server-killed livewiki </dev/null)
(sleep 1.5 && stop_server && sleep 1 && start_server) &
killer=$!
run 0 "$farm" livewiki --date 20260101 --job $jobs
wait $killer
unchanged "$farm"
