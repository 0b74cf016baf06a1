#!/bin/bash
# Proves that nothing is lost, and writes the results into Documentation/reliability.md. Called by `make reliability`.
#
#   Scripts/reliability.sh [PART...]     simulation power calls kills clients fuzz coverage soak; all of them without
#
# DUMPCTL names a dumpctl; without it the one that the tests use is taken, and built if need be. How much is done, for shorter runs:
#   SEEDS (2000)          farms that are simulated
#   POWER_CUTS (100)      random subsets of what is not durable that are lost after each call
#   CALLS (all)           calls of each command that fail, for `calls`
#   KILLS (500)           kills in all
#   ROUNDS (25)           rounds of each case of `clients`
#   FUZZ_SECONDS (3600)   seconds for each target of `fuzz`
#   SOAK_SECONDS (3600)   seconds for `soak`
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/build-flags.sh
. Scripts/record.sh
page=Documentation/reliability.md
work=$PWD/.build-check
mkdir -p "$work"
# See Scripts/test.sh.
export MALLOC_ARENA_MAX=1 SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
failed=0

need_dumpctl() {
  [ -n "${DUMPCTL:-}" ] && return
  Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev
  swift build "${release[@]}" --product dumpctl
  DUMPCTL=$(swift build "${release[@]}" --show-bin-path)/dumpctl
}

prove() { # PART NOTE COMMAND...: runs a command, and records the last line that it prints
  local part=$1 note=$2 log=$work/$1.log began=$SECONDS status=0
  shift 2
  "$@" >"$log" 2>&1 || status=$?
  local result
  result="$(tail -1 "$log" | tr '|' '/')$note, in $(((SECONDS - began) / 60)) min"
  case $status in
    0) record "$part" "$result" ;;
    77) record "$part" "not run: $result" ;;
    *)
      head -100 "$log"
      record "$part" "FAILED: $result"
      failed=1
      ;;
  esac
}

check_simulation() {
  need_dumpctl
  "$DUMPCTL" help sim >/dev/null 2>&1 || { record simulation "not run: this dumpctl has no \`sim\`"; return; }
  prove simulation "" "$DUMPCTL" sim --seeds "1-${SEEDS:-2000}"
}

check_power() {
  local log=$work/power.log cuts
  swift build --build-tests "${release[@]}"
  if POWER_CUTS=${POWER_CUTS:-100} swift test --skip-build "${release[@]}" --no-parallel \
    --filter 'PublishCrashTests|LockCrashTests|PowerCutTests' >"$log" 2>&1; then
    cuts=$(awk '/^[0-9]+ power cuts/ { all += $1 } END { print all + 0 }' "$log")
    record power "$cuts power cuts, 0 findings; ${POWER_CUTS:-100} random subsets after each call of a publisher"
  else
    grep '✘' "$log" | head -20
    record power "FAILED: see $log"
    failed=1
  fi
}

check_calls() {
  need_dumpctl
  local how=(--errors 'EIO,ENOSPC,ESTALE,half') note=""
  [ "${CALLS:-all}" = all ] || { how+=(--sample "$CALLS"); note=" (a sample of $CALLS for each command)"; }
  prove calls "$note" python3 Tests/Reliability/disturb.py --dumpctl "$DUMPCTL" "${how[@]}"
  grep -oE '^[^:]+: [0-9]+ calls disturbed, [0-9]+ findings' "$work/calls.log" | commands_of_page
}

# Writes what came of each command into the list of the page.
commands_of_page() {
  perl -e 'open my $in, "<", $ARGV[0] or die; my @page = <$in>; my $inside = 0;
    my @rows = map { s/^(.*?): (\d+) calls disturbed, (\d+) findings/| `$1` | $2 | $3 |/r } <STDIN>;
    open my $out, ">", $ARGV[0] or die;
    for (@page) {
      if (/^\| command \|/) { $inside = 1; print $out $_, "|---|---|---|\n", @rows; next }
      $inside = 0 if $inside && !/^\|/;
      print $out $_ unless $inside;
    }' "$page"
}

check_kills() {
  need_dumpctl
  local commands="run,run after another run,run in parts,run --job,run --batches,monitor,compat install"
  prove kills "" python3 Tests/Reliability/disturb.py --dumpctl "$DUMPCTL" --errors SIGKILL --commands "$commands" \
    --sample $(((${KILLS:-500} + 6) / 7))
}

check_clients() {
  need_dumpctl
  Scripts/need-packages.sh libfuse3-dev fuse3 pkg-config
  prove clients "" python3 Tests/Reliability/clients.py --dumpctl "$DUMPCTL" --rounds "${ROUNDS:-25}"
}

check_fuzz() {
  local log=$work/fuzz.log inputs
  if Scripts/fuzz.sh "${FUZZ_SECONDS:-3600}" >"$log" 2>"$work/fuzz.err"; then
    inputs=$(awk 'NF == 2 && $2 ~ /^[0-9]+$/ { all += $2; n++ } END { print all + 0 " inputs for " n + 0 " targets" }' "$log")
    record fuzz "$inputs, ${FUZZ_SECONDS:-3600} s each, no fault"
  else
    tail -40 "$work/fuzz.err"
    record fuzz "FAILED: see $work/fuzz.err"
    failed=1
  fi
}

check_coverage() { # The same as in `make release-check`, which writes it into a page of its own.
  Scripts/release-check.sh coverage >"$work/coverage.out" 2>&1 || failed=1
  # shellcheck disable=SC2016 # the backquotes are those of the table
  record coverage "$(sed -n 's/^| `coverage` | \([^|]*\) |.*/\1/p' "$work/coverage.out" | tail -1)"
}

check_soak() {
  need_dumpctl
  prove soak ", ${SOAK_SECONDS:-3600} s" python3 Tests/Reliability/soak.py --dumpctl "$DUMPCTL" --seconds "${SOAK_SECONDS:-3600}"
}

Scripts/need-packages.sh git python3 perl
[ $# -gt 0 ] || set -- simulation power calls kills clients fuzz coverage soak
for part in "$@"; do
  echo "== $part"
  case $part in
    simulation) check_simulation ;;
    power) check_power ;;
    calls) check_calls ;;
    kills) check_kills ;;
    clients) check_clients ;;
    fuzz) check_fuzz ;;
    coverage) check_coverage ;;
    soak) check_soak ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
  esac
done
exit $failed
