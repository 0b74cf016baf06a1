#!/bin/bash
# One row of a wiki is damaged in each way: it is named in the certificate, and nothing else is lost.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

# What the certificate has to say, and what damages a page. Each takes the next page that has a single revision. {revision},
# {content} and {text} stand for the ids of its rows.
damages=(
  "cannot be written without a revision" "DELETE FROM revision WHERE rev_id = {revision}"
  "main slot" "DELETE FROM slots WHERE slot_revision_id = {revision}"
  "content row" "DELETE FROM content WHERE content_id = {content}"
  "actor row 999" "UPDATE revision SET rev_actor = 999 WHERE rev_id = {revision}"
  "comment row" "UPDATE revision SET rev_comment_id = 999 WHERE rev_id = {revision}"
  "invalid timestamp" "UPDATE revision SET rev_timestamp = 'soon' WHERE rev_id = {revision}"
  # Texts.
  "is missing" "DELETE FROM text WHERE old_id = {text}"
  "compressed text is damaged" "UPDATE text SET old_text = 'flat', old_flags = 'utf-8,gzip' WHERE old_id = {text}"
  "PHP object that cannot be read" "UPDATE text SET old_text = 'O:1:', old_flags = 'object' WHERE old_id = {text}"
  "PHP object of the class exploder" "UPDATE text SET old_text = 'O:8:\"Exploder\":0:{}', old_flags = 'object' WHERE old_id = {text}"
  "nowhere" "UPDATE text SET old_text = 'DB://nowhere/1', old_flags = 'utf-8,external' WHERE old_id = {text}"
  "UTF-8" "UPDATE text SET old_text = x'61ff62', old_flags = 'utf-8' WHERE old_id = {text}"
  # Addresses.
  "text address \"xx:5\"" "UPDATE content SET content_address = 'xx:5' WHERE content_id = {content}"
  "text address \"tt:two\"" "UPDATE content SET content_address = 'tt:two' WHERE content_id = {content}"
  "text row 9999 is missing" "UPDATE content SET content_address = 'tt:9999' WHERE content_id = {content}"
  "text address \"\"" "UPDATE content SET content_address = '' WHERE content_id = {content}"
  "nowhere" "UPDATE content SET content_address = 'es:DB://nowhere/1' WHERE content_id = {content}"
  # Flags.
  "marked as lost" "UPDATE text SET old_flags = 'utf-8,error' WHERE old_id = {text}"
  "unknown flag \"brotli\"" "UPDATE text SET old_flags = 'utf-8,brotli' WHERE old_id = {text}"
)
log_damages=(
  "actor row" "UPDATE logging SET log_actor = 999 WHERE log_id = {log}"
  "comment row" "UPDATE logging SET log_comment_id = 999 WHERE log_id = {log}"
  "invalid timestamp" "UPDATE logging SET log_timestamp = 'soon' WHERE log_id = {log}"
)
wikis=$INTEGRATION_SOURCE/Examples/demo/wikis

# damaged_farm NAME: a farm of demowiki as its file sqlite/NAME.sqlite is, with standard input as of farm. Nobody is asked.
damaged_farm() {
  { printf '%s\n' dir= contentsource=sqlite "databasepath=$INTEGRATION/sqlite/$1.sqlite" "siteinfo=$wikis/{wiki}.siteinfo.json" && cat; } |
    farm "$1" demowiki
}

# damage NAME SQL: damages the file sqlite/NAME.sqlite, a copy of demowiki if it is not there.
damage() {
  [ -e "$INTEGRATION/sqlite/$1.sqlite" ] || cp "$wikis/demowiki.sqlite" "$INTEGRATION/sqlite/$1.sqlite"
  sqlite3 "$INTEGRATION/sqlite/$1.sqlite" "$2"
}

# named CERTIFICATE KEY ID WORDS: whether a certificate says something of a page or log entry, as what is missing or as a remark.
named() {
  sqlite3 :memory: "SELECT value ->> 'reason' FROM (
    SELECT value FROM json_each(CAST(readfile('$1') AS text), '$.skipped.items')
    UNION ALL SELECT value FROM json_each(CAST(readfile('$1') AS text), '$.remarks.items')) WHERE value ->> '$2' = $3" >"$INTEGRATION/named"
  grep -qF "$4" "$INTEGRATION/named"
}

# others ELEMENT FILE ID...: the export without the pages or log entries of these ids.
others() {
  plain "$2" | awk -v element="$1" -v ids=" ${*:3} " '
    $1 == "<" element ">" { inside = 1; text = ""; id = "" }
    !inside { print; next }
    { text = text $0 "\n" }
    id == "" && /<id>/ { id = $0; gsub(/[^0-9]/, "", id) }
    $1 == "</" element ">" { inside = 0; if (!index(ids, " " id " ")) printf "%s", text }'
}

mapfile -t rows < <(sqlite3 "$wikis/demowiki.sqlite" "SELECT rev_page, rev_id, content_id, substr(content_address, 4)
  FROM revision JOIN slots ON slot_revision_id = rev_id JOIN content ON content_id = slot_content_id
  GROUP BY rev_page HAVING count(*) = 1 AND content_address LIKE 'tt:%' ORDER BY rev_page")
pages=() log=() statements=
for ((i = 0; i < ${#damages[@]}; i += 2)); do
  IFS='|' read -r page revision content text <<<"${rows[i / 2]}"
  pages+=("$page")
  statement=${damages[i + 1]//'{revision}'/$revision}
  statement=${statement//'{content}'/$content}
  statements+="${statement//'{text}'/$text};"
done
for ((i = 0; i < ${#log_damages[@]}; i += 2)); do
  log+=("$((i + 10))")
  statements+="${log_damages[i + 1]//'{log}'/$((i + 10))};"
done
damage damaged "$statements"

farm=$(damaged_farm damaged <<<'maxdamaged=100 percent')
run 5 "$farm" demowiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/demowiki"/2*
start=$(files "$farm" demowiki)
for ((i = 0; i < ${#damages[@]}; i += 2)); do
  check "named: ${damages[i]}" named "$start-pages-meta-history.xml.bz2.certificate.json" page "${pages[i / 2]}" "${damages[i]}"
done
for ((i = 0; i < ${#log_damages[@]}; i += 2)); do
  check "named: log, ${log_damages[i]}" named "$start-pages-logging.xml.gz.certificate.json" logEntry "${log[i / 2]}" "${log_damages[i]}"
done
for kind in "${kinds[@]}"; do
  element=page ids=("${pages[@]}")
  [ "$kind" != pages-logging ] || element=logitem ids=("${log[@]}")
  file=$start-$kind.xml.gz
  [ -e "$file" ] || file=$start-$kind.xml.bz2
  check "all else is in $kind" cmp <(others $element "$file" "${ids[@]}") <(others $element "$fixtures/demowiki/$kind.xml.gz" "${ids[@]}")
done

# The same wiki, where no more than a hundredth may be missing: what lacks more is withheld, the rest is published.
cp "$INTEGRATION/sqlite/damaged.sqlite" "$INTEGRATION/sqlite/withheld.sqlite"
farm=$(damaged_farm withheld <<<'maxdamaged=1 percent')
run 3 "$farm" demowiki
start=$(files "$farm" demowiki)
check "withheld: no file of pages" test -z "$(find "$farm/public" -name '*-pages-[am]*' -o -name '*-stub-*')"
check "withheld: tables" test -s "$start-page.sql.gz"

# All texts are lost: no limit lets that pass.
damage no-texts "DELETE FROM text"
farm=$(damaged_farm no-texts <<<'maxdamaged=100 percent')
run 3 "$farm" demowiki
start=$(files "$farm" demowiki)
check "no-texts: no file of texts" test -z "$(find "$farm/public" -name '*-pages-[am]*')"
check "no-texts: stubs" test -s "$start-stub-meta-history.xml.gz"

# What costs nothing is a remark: the text is there, whatever its size is said to be; or the wiki knows that it is not.
damage remarks "UPDATE content SET content_size = 999 WHERE content_id = 50;
  UPDATE content SET content_address = 'bad:T212428' WHERE content_id = 51"
farm=$(damaged_farm remarks </dev/null)
run 0 "$farm" demowiki
certificate=$(files "$farm" demowiki)-pages-meta-history.xml.bz2.certificate.json
check "named: a wrong size" named "$certificate" page 3 "but the database says 999"
check "counted: a text that is known to be bad" grep -qE '"knownBad": ?1\b' "$certificate"

# The file itself is damaged, in the table of texts.
damage scribbled ""
IFS='|' read -r root size < <(sqlite3 "$wikis/demowiki.sqlite" "SELECT rootpage, (SELECT page_size FROM pragma_page_size)
  FROM sqlite_master WHERE name = 'text'")
head -c "$size" /dev/zero | tr '\0' x | dd of="$INTEGRATION/sqlite/scribbled.sqlite" bs="$size" seek=$((root - 1)) conv=notrunc status=none
farm=$(damaged_farm scribbled </dev/null)
run 1 "$farm" demowiki
check "scribbled: the message" grep -q 'scribbled.sqlite is damaged' "$farm/run.log"
check "scribbled: no file of texts" test -z "$(find "$farm/public" -name '*-pages-[am]*')"
same "scribbled: stubs" "$(files "$farm" demowiki)-stub-meta-history.xml.gz" "$fixtures/demowiki/stub-meta-history.xml.gz"

# A file that was not copied to its end.
damage cut ""
truncate -s 400000 "$INTEGRATION/sqlite/cut.sqlite"
farm=$(damaged_farm cut </dev/null)
run 1 "$farm" demowiki
check "cut: the message" grep -q 'cut.sqlite is damaged' "$farm/run.log"
check "cut: nothing is published" test ! -e "$farm/public/demowiki"
