#!/bin/bash
# What a wiki says of itself is damaged, or nobody says it: the run tells why and what helps, and publishes nothing that is wrong.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

wikis=$INTEGRATION_SOURCE/Examples/demo/wikis
good=$wikis/demowiki.siteinfo.json
folder=$INTEGRATION/odd-siteinfo
mkdir -p "$folder"

# make NAME OPTION...: a farm of demowiki, of whose siteinfo nobody knows but who is named by the options.
make() {
  printf '%s\n' dir= maxretries=1 contentsource=sqlite "databasepath=$wikis/{wiki}.sqlite" "${@:2}" | farm "siteinfo-$1" demowiki
}
# asked NAME STATUS WORDS OPTION...: the status of a run of such a farm, and what it has to say.
asked() {
  local farm
  farm=$(make "$1" "${@:4}")
  run "$2" "$farm" demowiki
  check "$1: the message" grep -qF "$3" "$farm/run.log"
}
# nothing NAME: whether nothing at all was published.
nothing() { check "$1: nothing is published" test ! -e "$INTEGRATION/farms/siteinfo-$1/public/demowiki"; }
# whole NAME KIND...: whether the files are those of MediaWiki.
whole() { compare "$INTEGRATION/farms/siteinfo-$1" demowiki "$fixtures/demowiki" "${@:2}"; }

# Files.
head -c 2000 "$good" >"$folder/cut.json"
echo '<!DOCTYPE html><title>Sorry</title>' >"$folder/page.json"
echo "Sorry" >"$folder/text.json"
: >"$folder/empty.json"
echo '{"error":{"code":"readapidenied","info":"You need read permission to use this module."}}' >"$folder/denied.json"
python3 - "$good" "$folder" <<'PY'
import json, sys
def save(name, change):
    answer = json.load(open(sys.argv[1]))
    change(answer["query"])
    json.dump(answer, open(f"{sys.argv[2]}/{name}.json", "w"))
save("no-general", lambda query: query.pop("general"))
save("no-namespaces", lambda query: query.pop("namespaces"))
save("no-gadgets", lambda query: query["namespaces"].pop("2300"))
PY
for name in cut page text empty denied no-general no-namespaces missing; do
  case $name in
    denied) words="You need read permission" ;;
    no-general) words="query.general" ;;
    no-namespaces) words="query.namespaces" ;;
    missing) words="there is no siteinfo file" ;;
    *) words="is not JSON" ;;
  esac
  asked "$name" 2 "$words" "siteinfo=$folder/$name.json"
  check "$name: the file and the remedy" grep -q "$folder/$name.json .*api.php?action=query&meta=siteinfo" \
    "$INTEGRATION/farms/siteinfo-$name/run.log"
  nothing "$name"
done

# A namespace with pages is not in the file: what needs its name is not done, all else is.
asked no-gadgets 1 "in namespace 2300, which $folder/no-gadgets.json does not list" "siteinfo=$folder/no-gadgets.json"
check "no-gadgets: no exports" test -z "$(find "$INTEGRATION/farms/siteinfo-no-gadgets/public" -name '*.xml.*')"
for file in page.sql.gz all-titles.gz siteinfo-namespaces.json.gz; do
  check "no-gadgets: $file" test -s "$(files "$INTEGRATION/farms/siteinfo-no-gadgets" demowiki)-$file"
done

# It is that of another wiki: who runs the farm is told.
asked other 0 "demowiki calls itself newwiki" "siteinfo=$fixtures/newwiki/newwiki.siteinfo.json"

# A web server.
python3 "$INTEGRATION_SOURCE/Tests/Integration/support/oddApi.py" "$INTEGRATION/odd.port" "http://127.0.0.1:$INTEGRATION_HTTP/demowiki/api.php" &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 100); do [ ! -s "$INTEGRATION/odd.port" ] || break; sleep 0.1; done
api=http://127.0.0.1:$(cat "$INTEGRATION/odd.port")
for name in forbidden busy loop page cut nothing; do
  case $name in
    forbidden) words="answered with status 403 (set useragent in the section [wiki]" ;;
    busy) words="a wait of 3600" ;;
    loop) words="redirects more than 5 times" ;;
    page) words="answered with a web page, not with JSON (set apiaddress in the section [wiki] to" ;;
    cut) words="is not JSON" ;;
    nothing) words="cannot be asked" ;;
  esac
  asked "api-$name" 1 "$words" siteinfo= "apiaddress=$api/$name/api.php"
  nothing "api-$name"
done
asked api-denied 2 "says that not everybody may read it" siteinfo= "apiaddress=$api/denied/api.php"
nothing api-denied
# A private wiki is told the way out.
farm=$(make api-private siteinfo= "apiaddress=$api/denied/api.php")
echo demowiki >"$farm/private.dblist"
run 1 "$farm" demowiki
check "api-private: the message" grep -q 'readapidenied.*set dir in the section \[wiki\] to the folder' "$farm/run.log"
nothing api-private
asked api-busyonce 0 "" siteinfo= "apiaddress=$api/busyonce/api.php"
whole api-busyonce

# The file stands in for the siteinfo jobs too, and their certificates say of when it is.
asked stand-in 0 "answered with status 403" "apiaddress=$api/forbidden/api.php" "siteinfo=$good"
whole stand-in
stood=$(find "$INTEGRATION/farms/siteinfo-stand-in/public" -name '*siteinfo2-*.certificate.json')
check "stand-in: the certificate tells of when the file is" grep -q '"siteinfo"' "$stood"
