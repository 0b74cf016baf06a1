# What the scenarios share. They run with -euo pipefail in a shell of their own each, and see these variables:
# INTEGRATION: the temporary folder; INTEGRATION_SOURCE: the checkout; INTEGRATION_SERVER: host and port of MariaDB;
# DUMPCTL: the program; MW139, MW143: the code of MediaWiki.
# shellcheck shell=bash
export fixtures=$INTEGRATION_SOURCE/Tests/Fixtures
port=${INTEGRATION_SERVER#*:}
kinds=(stub-meta-history stub-meta-current stub-articles pages-logging pages-meta-history pages-meta-current pages-articles)

passed() { echo "  passed: $*"; echo passed >>"$INTEGRATION/tally"; }
failed() { echo "  FAILED: $*"; echo failed >>"$INTEGRATION/tally"; }

# check WHAT COMMAND...: whether a command ends well; what it prints is shown if not.
check() {
  local what=$1
  shift
  if "$@" >"$INTEGRATION/check.log" 2>&1; then passed "$what"; else
    failed "$what"
    tail -15 "$INTEGRATION/check.log" | cut -c 1-300 | sed 's/^/    /'
  fi
}

# same WHAT FILE FILE: whether two files are there and hold the same when decompressed. Shows the first difference.
same() {
  local file
  for file in "$2" "$3"; do [ -s "$file" ] || { failed "$1: there is no $file"; return; }; done
  if cmp -s <(plain "$2") <(plain "$3"); then passed "$1"; else
    failed "$1: $2 and $3 differ"
    diff -a <(plain "$2") <(plain "$3") | head -6 | cut -c 1-200 | sed 's/^/    /' || true
  fi
}
plain() {
  case $1 in
    *.gz) gzip -dc "$1" ;;
    *.bz2) bzip2 -dc "$1" ;;
    *) cat "$1" ;;
  esac
}

# sql [ARGUMENT...]: the client of MariaDB as root.
sql() { mariadb --no-defaults --socket="$INTEGRATION/db/socket" --binary-mode --default-character-set=binary "$@"; }

# code_of WIKI: the MediaWiki that a wiki is run by.
code_of() {
  case $1 in
    demowiki | oldstorewiki) echo "$MW139" ;;
    *) echo "$MW143" ;;
  esac
}

# mw WIKI SCRIPT ARGUMENT...: a maintenance script of MediaWiki, or one of ours with a path.
mw() {
  local wiki=$1 script=$2
  shift 2
  [[ $script = /* ]] || script=$(code_of "$wiki")/maintenance/$script
  MW_INSTALL_PATH=$(code_of "$wiki") "$INTEGRATION/bin/php" "$script" --wiki="$wiki" "$@" >"$INTEGRATION/$wiki.log" 2>&1 ||
    { tail -20 "$INTEGRATION/$wiki.log" >&2; return 1; }
}

# dump_by_php WIKI: what MediaWiki's own scripts write of a wiki, once, into php/WIKI.
dump_by_php() {
  local wiki=$1 out=$INTEGRATION/php/$1 kind scope
  [ ! -d "$out" ] || return 0
  mkdir -p "$out"
  mw "$wiki" dumpBackup.php --full --stub --quiet --output="file:$out/stub-meta-history.xml" \
    --output="file:$out/stub-meta-current.xml" --filter=latest --output="file:$out/stub-articles.xml" --filter=latest \
    --filter=notalk --filter=namespace:!NS_USER
  mw "$wiki" dumpBackup.php --logs --quiet --output="file:$out/pages-logging.xml"
  for kind in meta-history meta-current articles; do
    scope=--current
    [ $kind != meta-history ] || scope=--full
    mw "$wiki" "$INTEGRATION_SOURCE/Scripts/fixtures/textPass.php" --stub="file:$out/stub-$kind.xml" --quiet $scope \
      --output="file:$out/pages-$kind.xml"
  done
}

# farm NAME WIKI: a farm of one wiki, on the server, read by a user who may do nothing else; standard input adds lines to the
# section of the wiki. Prints the folder.
farm() {
  local folder=$INTEGRATION/farms/$1
  mkdir -p "$folder"
  echo "$2" >"$folder/all.dblist"
  : >"$folder/private.dblist"
  sed "s|{mediawiki}|$(code_of "$2")|; s|{php}|$INTEGRATION/bin/php|; s|{folder}|$INTEGRATION|; s|{port}|$port|" \
    "$INTEGRATION_SOURCE/Tests/Integration/support/wikidump.conf" >"$folder/wikidump.conf"
  {
    echo "[$2]"
    # What the settings of the fixture say, see Scripts/fixtures/common.php. Some of its rows are damaged on purpose.
    ! grep -q newwiki "$INTEGRATION/wikis/$2.php" ||
      printf '%s\n' legacyencoding=windows-1252 contentformats=flow-board=application/octet-stream 'maxdamaged=100 percent'
    cat
  } >>"$folder/wikidump.conf"
  echo "$folder"
}

# run STATUS FARM WIKI ARGUMENT...: a run of dumpctl that has to end with a status.
run() {
  local expected=$1 farm=$2 status=0
  shift 2
  "$DUMPCTL" run --configfile "$farm/wikidump.conf" "$@" </dev/null >"$farm/run.log" 2>&1 || status=$?
  if [ "$status" = "$expected" ]; then passed "${farm##*/}: dumpctl run ends with $expected"; else
    failed "${farm##*/}: dumpctl run ends with $status, not with $expected"
    grep -v '✓\|: started' "$farm/run.log" | tail -8 | cut -c 1-300 | sed 's/^/    /'
  fi
}

# files FARM WIKI: the start of the names of the files of the newest run.
files() {
  local folder
  folder=$(find "$1/public/$2" -mindepth 1 -maxdepth 1 -name '2*' | sort | tail -1)
  echo "$folder/$2-${folder##*/}"
}

# compare FARM WIKI FOLDER [KIND...]: whether dumpctl wrote what MediaWiki wrote into the folder.
compare() {
  local start kind file golden
  start=$(files "$1" "$2")
  local golden_folder=$3 name=${1##*/}
  shift 3
  for kind in "${@:-${kinds[@]}}"; do
    file=$start-$kind.xml.gz
    [ -e "$file" ] || file=$start-$kind.xml.bz2
    golden=$golden_folder/$kind.xml
    [ -e "$golden" ] || golden=$golden.gz
    same "$name: $kind" "$file" "$golden"
  done
}
