#!/bin/bash
# Runs the scenarios of Tests/Integration against real software: MediaWiki 1.39 and 1.43 and MariaDB, brought up for it on
# this machine alone, in a temporary folder. Called by `make integration`.
#
#   Scripts/integration.sh [SCENARIO...]     names such as native-1.43; all of them without, and the fuzzer
#
# DUMPCTL names a dumpctl; without it the one that the tests use is taken, and built if need be.
# INTEGRATION_PORT (38200): the first of two free ports. KEEP=1 keeps the folder, to look at it.
set -euo pipefail
umask 022
INTEGRATION_SOURCE=$(cd "$(dirname "$0")/.." && pwd)
cd "$INTEGRATION_SOURCE"
PATH=$PATH:/usr/sbin
say() { echo "$(date +%T) $*"; }

Scripts/need-packages.sh mariadb-server php-cli php-mysql php-sqlite3 php-xml php-mbstring php-intl sqlite3 curl openssl gzip bzip2 procps python3
MW139=$(Scripts/fetch-mediawiki.sh 1.39)
MW143=$(Scripts/fetch-mediawiki.sh 1.43)
if [ -z "${DUMPCTL:-}" ]; then
  Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev
  . Scripts/build-flags.sh
  swift build "${release[@]}" --product dumpctl
  DUMPCTL=$(swift build "${release[@]}" --show-bin-path)/dumpctl
fi

# The path of a socket must be short.
INTEGRATION=$(mktemp -d /tmp/dumps.XXXXXX)
INTEGRATION_SERVER=127.0.0.1:${INTEGRATION_PORT:-38200}
INTEGRATION_HTTP=$((${INTEGRATION_PORT:-38200} + 1))
export INTEGRATION INTEGRATION_SOURCE INTEGRATION_SERVER INTEGRATION_HTTP DUMPCTL MW139 MW143
mkdir -p "$INTEGRATION"/{bin,wikis,sqlite,siteinfo,farms,cache}
: >"$INTEGRATION/tally"
# shellcheck source=Tests/Integration/support/lib.sh
. Tests/Integration/support/lib.sh
# shellcheck source=Tests/Integration/support/server.sh
. Tests/Integration/support/server.sh
# shellcheck source=Tests/Integration/support/wikis.sh
. Tests/Integration/support/wikis.sh

web=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
  [ -z "$web" ] || kill "$web" 2>/dev/null || true
  stop_server
  if [ -n "${KEEP:-}" ]; then echo "Kept: $INTEGRATION"; else rm -rf "$INTEGRATION"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cat >"$INTEGRATION/bin/php" <<SH
#!/bin/sh
# PHP with the settings of these wikis, also for programs that know nothing of them.
export MW_CONFIG_FILE=$INTEGRATION_SOURCE/Tests/Integration/support/LocalSettings.php INTEGRATION=$INTEGRATION \\
  INTEGRATION_SOURCE=$INTEGRATION_SOURCE INTEGRATION_SERVER=$INTEGRATION_SERVER
exec /usr/bin/php "\$@"
SH
chmod 755 "$INTEGRATION/bin/php"

if [ $# -eq 0 ]; then
  say "Hostile input, ten seconds for each reader"
  # With a seed, so that a change is not judged by what another one has broken.
  if FUZZ_SEED=1 Scripts/fuzz.sh 10; then passed "no reader is at fault"; else failed "a reader is at fault"; fi
fi

say "Starting MariaDB, and making wikis of MediaWiki 1.39 and 1.43"
make_server
start_server
make_wikis
"$INTEGRATION/bin/php" -S "127.0.0.1:$INTEGRATION_HTTP" Tests/Integration/support/api.php >"$INTEGRATION/web.log" 2>&1 &
web=$!
for _ in $(seq 50); do siteinfo newwiki && break; sleep 0.2; done
for wiki in newwiki demowiki prefixwiki livewiki backwiki litewiki; do siteinfo $wiki; done

[ $# -gt 0 ] || set -- Tests/Integration/*.sh
for scenario in "$@"; do
  name=$(basename "$scenario" .sh)
  say "$name"
  bash -euo pipefail "Tests/Integration/$name.sh" || failed "$name did not come to its end"
done
failures=$(grep -c failed "$INTEGRATION/tally" || true)
echo "$(grep -c passed "$INTEGRATION/tally" || true) passed, $failures failed"
[ "$failures" = 0 ]
