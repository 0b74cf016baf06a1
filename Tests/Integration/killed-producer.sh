#!/bin/bash
# Dumpctl is killed while the scripts of MediaWiki write for it, and so are they: nothing is left that waits for ever, and what is
# done in the end is what is done undisturbed.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"
. "$INTEGRATION_SOURCE/Tests/Integration/support/wikis.sh"

settings killwiki <<<"\$fixtureWiki = 'killwiki'; \$wgDBtype = 'mysql'; \$wgSitename = 'Kill wiki'; \$wgMetaNamespace = 'Kill_wiki';"
install_wiki killwiki 'Kill wiki'
sql -e "GRANT SELECT ON killwiki.* TO reader@'127.0.0.1'"
add_pages killwiki 3000
stubs=(xmlstubsdump stub-meta-history.xml.gz)
texts=(metahistorybz2dump pages-meta-history.xml.bz2)

# dump FARM JOB: a run that nobody disturbs.
dump() { run 0 "$1" killwiki --date 20260101 --job "$2"; }
# compare_file FARM NAME: whether a file is that of the undisturbed run.
compare_file() {
  local file=public/killwiki/20260101/killwiki-20260101-$2
  same "${1##*/}: $2" "$1/$file" "$undisturbed/$file"
}
# left FARM: the scripts that run for this wiki, and the named pipes.
left() {
  pgrep -f 'php.*killwiki' || true
  find "$1" -type p
}
# begin FARM JOB SCRIPT: starts a run, and stops this script when it is at work, on a fast machine too. The run is $dumpctl.
begin() {
  "$DUMPCTL" run --configfile "$1/wikidump.conf" killwiki --date 20260101 --job "$2" </dev/null >"$1/run.log" 2>&1 &
  dumpctl=$!
  for _ in $(seq 600); do
    ! pgrep -f "$3.*killwiki" >"$INTEGRATION/pids" || break
    sleep 0.05
  done
  sleep 0.3
  check "${1##*/}: $3 is at work" pkill -STOP -f "$3.*killwiki"
  check "${1##*/}: it has a named pipe" test -n "$(find "$1" -type p)"
}

undisturbed=$(farm undisturbed-php killwiki <<<"producer=mediawiki")
dump "$undisturbed" "${stubs[0]},${texts[0]}"

farm=$(farm killed-dumpctl killwiki <<<"producer=mediawiki")
# kill_dumpctl JOB FILE SCRIPT
kill_dumpctl() {
  begin "$farm" "$1" "$3"
  # The shell has a word about it, too.
  {
    kill -9 $dumpctl
    pkill -CONT -f "$3.*killwiki" || true
    wait $dumpctl || true
  } 2>"$INTEGRATION/wait.log"
  for _ in $(seq 50); do
    [ -n "$(left "$farm")" ] || break
    sleep 0.1
  done
  check "killed-dumpctl: no script and no pipe is left" test -z "$(left "$farm")"
  dump "$farm" "$1"
  compare_file "$farm" "$2"
}
kill_dumpctl "${stubs[@]}" dumpBackup.php
kill_dumpctl "${texts[@]}" dumpTextPass.php

farm=$(farm killed-scripts killwiki <<<"producer=mediawiki")
# kill_script JOB FILE SCRIPT WORDS: the run goes on, and says so in these words.
kill_script() {
  local status=0
  begin "$farm" "$1" "$3"
  pkill -9 -f "$3.*killwiki" || true
  wait $dumpctl || status=$?
  check "killed-scripts: $3 is killed, dumpctl ends with $status" test $status = 0
  check "killed-scripts: it is told" grep -q "$4" "$farm/run.log"
  compare_file "$farm" "$2"
}
kill_script "${stubs[@]}" dumpBackup.php 'signal 9'
kill_script "${texts[@]}" dumpTextPass.php 'signal 9'
kill_script "${texts[@]}" fetchText.php 'the process that fetches texts of killwiki failed'
