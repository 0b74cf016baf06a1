#!/bin/bash
# People edit, move and delete while the dump is made: each dump agrees with itself, and its files show one instant.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

# Of the pages that are there already nobody changes any, and the database says which revision is current: after an import in the
# second of the installation it is not the last.
first=$(($(sql -N livewiki -e 'SELECT max(page_id) FROM page') + 1))
touch "$INTEGRATION/writing"
mw livewiki "$INTEGRATION_SOURCE/Tests/Integration/support/writeOn.php" --while="$INTEGRATION/writing" &
writer=$!
for _ in $(seq 300); do
  [ "$(sql -N livewiki -e "SELECT count(*) FROM page WHERE page_id >= $first")" = 0 ] || break
  sleep 0.1
done
farm=$(farm writes livewiki </dev/null)
counts=()
for date in 20260101 20260102 20260103; do
  run 0 "$farm" livewiki --date $date
  check "verify agrees" "$DUMPCTL" verify "$farm/public/livewiki/$date"
  start=$farm/public/livewiki/$date/livewiki-$date
  # Of one instant: stubs and texts hold the same revisions, and every current one is the last of its page.
  ids() { plain "$1" | grep -A1 '<revision>\|<page>' | grep -o '<id>.*</id>'; }
  check "stubs and texts hold the same revisions" cmp <(ids "$start-stub-meta-history.xml.gz") <(ids "$start-pages-meta-history.xml.bz2")
  last() {
    plain "$1" | awk -F '[<>]' -v first="$first" '/^    <id>/ { page = $3 } /^      <id>/ { id[page] = $3 }
      END { for (page in id) if (page + 0 >= first) print page, id[page] }' | sort
  }
  unwritten() {
    plain "$1" | awk -F '[<>]' -v first="$first" '/^    <id>/ { page = $3 } /^      <id>/ { if (page + 0 < first) print page, $3 }'
  }
  check "the current revisions of unwritten pages are those of the database" cmp <(unwritten "$start-pages-meta-current.xml.bz2") \
    <(sql -N livewiki -e "SELECT concat(page_id, ' ', page_latest) FROM page WHERE page_id < $first ORDER BY page_id")
  check "the dump holds pages of the writer" grep -q . <(last "$start-pages-meta-current.xml.bz2")
  check "each current revision is the last of its page" \
    cmp <(last "$start-pages-meta-current.xml.bz2") <(last "$start-pages-meta-history.xml.bz2")
  pages() { plain "$1" | grep '^    <id>'; }
  check "every page has a current revision" \
    cmp <(pages "$start-pages-meta-current.xml.bz2") <(pages "$start-pages-meta-history.xml.bz2")
  counts+=("$(plain "$start-stub-meta-history.xml.gz" | grep -c '<revision>')")
done
rm "$INTEGRATION/writing"
wait $writer
check "the wiki changed meanwhile: ${counts[*]} revisions" test "${counts[0]}" -lt "${counts[2]}"
