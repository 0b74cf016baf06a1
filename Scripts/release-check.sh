#!/bin/bash
# Checks what is too slow for every day, and writes the results into Documentation/release-check.md. Called by `make release-check`.
#
#   Scripts/release-check.sh [PART...]     address thread double coverage fuzz docs benchmarks; all of them without
#
# FUZZ_SECONDS (300): how long each target of the fuzzer runs; two run at a time. FILTER: only the tests whose names match, for `address`, `thread` and `coverage`.
# Each part builds in a folder of its own below .build-check, so the daily build stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/build-flags.sh
. Scripts/record.sh
page=Documentation/release-check.md
work=$PWD/.build-check
mkdir -p "$work"
# All at once, tests would keep each other waiting until their time limits pass.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
# See Scripts/test.sh.
export MALLOC_ARENA_MAX=1
filter=()
[ -z "${FILTER:-}" ] || filter=(--filter "$FILTER")
failed=0

timed() { # COMMAND...: runs it, and keeps how long it took in $took
  local began=$SECONDS
  "$@" || return
  took="$(((SECONDS - began) / 60)) min $(((SECONDS - began) % 60)) s"
}

run_tests() { # PART FLAG...: builds and runs the tests with some flags, and records how many passed
  local part=$1 log=$work/$1.log passed
  shift
  # Some tests need files that Scripts/test.sh provides; without these they are skipped.
  swift build --build-tests "${release[@]}" -Xswiftc -gnone "$@" --scratch-path "$work/$part"
  if timed swift test --skip-build "${release[@]}" -Xswiftc -gnone "$@" --scratch-path "$work/$part" "${filter[@]}" >"$log" 2>&1; then
    passed=$(grep -oE 'Test run with [0-9]+ tests?' "$log" | grep -oE '[0-9]+' | tail -1)
    record "$part" "$passed tests${FILTER:+ of $FILTER} passed in $took, no report"
  else
    grep -E '✘|WARNING: ThreadSanitizer|ERROR: AddressSanitizer|SUMMARY' "$log" | head -20 || true
    record "$part" "FAILED: $(grep -cE '✘ Test .* (failed|recorded)' "$log" || true) failures, $(grep -c '^SUMMARY: ' "$log" || true) reports"
    failed=1
  fi
}

check_address() { # Leaks are not looked for: the runtime of Swift keeps memory of its own.
  export ASAN_OPTIONS=detect_leaks=0
  run_tests address --sanitize address
}

check_thread() { # In a copy whose Mutex is one that the sanitizer knows: it does not see into that of Synchronization.
  local copy=$work/thread-source module
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
  for module in Sources/{MWBzUtils,WikiDumpKit,WikiDumpKitTesting,DumpSimulation,dumpctl} Fuzzing/Checks; do
    cp Scripts/fixtures/PthreadMutex.swift "$copy/$module/"
  done
  run_tests thread --sanitize thread --package-path "$copy"
}

check_double() {
  local build=(swift build -c release --product dumpctl --static-swift-stdlib --scratch-path "$work/double") sums=()
  for _ in 1 2; do
    rm -rf "$work/double"
    "${build[@]}"
    sums+=("$(sha256sum <"$("${build[@]}" --show-bin-path)/dumpctl" | cut -c1-16)")
  done
  if [ "${sums[0]}" = "${sums[1]}" ]; then
    record double "both builds of \`dumpctl\` are the same, bit for bit (SHA-256 ${sums[0]}…)"
  else
    record double "FAILED: two builds of \`dumpctl\` differ (SHA-256 ${sums[0]}… and ${sums[1]}…)"
    failed=1
  fi
}

check_coverage() {
  # Optimised: without, the encoder is so slow that tests meet their time limits.
  local flags=("${release[@]}" -Xswiftc -gnone --enable-code-coverage --scratch-path "$work/coverage") bin tools profile share part all=()
  swift build --build-tests "${flags[@]}"
  swift test --skip-build "${flags[@]}" "${filter[@]}" >"$work/coverage.log" 2>&1 ||
    { grep '✘' "$work/coverage.log" | head -20; failed=1; }
  bin=$(swift build "${flags[@]}" --show-bin-path)
  # Those of Swift, which know the format of its compiler.
  tools=$(dirname "$(readlink -f "$(command -v swift)")")
  profile=$work/coverage.profile
  # Tests run dumpctl as a program of its own, so its counters count too. Those of a process that was killed may be cut off.
  find "$bin/codecov" -name '*.profraw' >"$work/coverage.list"
  "$tools/llvm-profdata" merge -sparse -failure-mode=all --input-files="$work/coverage.list" -o "$profile" 2>/dev/null
  # The modules, and the folders that nothing may be lost in.
  for part in MWBzUtils WikiDumpKit WikiDumpKitTesting DumpSimulation dumpctl \
    MWBzUtils/{Decoding,Reading} WikiDumpKit/{Locking,Run,Publishing,Verification}; do
    share=$("$tools/llvm-cov" report "$bin"/*.xctest -object "$bin/dumpctl" -instr-profile "$profile" -summary-only \
      "Sources/$part" 2>/dev/null | awk '/^TOTAL/ { print $10 }')
    all+=("$part $share")
  done
  record coverage "lines${FILTER:+ by $FILTER}: $(printf '%s; ' "${all[@]}")"
}

check_fuzz() {
  local log=$work/fuzz.log
  # The lines of the targets go into one file, everything else into another.
  if timed Scripts/fuzz.sh "${FUZZ_SECONDS:-300}" >"$work/fuzz.counts" 2>"$log"; then
    record fuzz "$(awk '{ n += $2 } END { print n " inputs to " NR " targets" }' "$work/fuzz.counts"), ${FUZZ_SECONDS:-300} s of each, no finding"
  else
    tail -40 "$log"
    record fuzz "FAILED: $(grep -c 'is at fault' "$log" || true) of $(wc -l <"$work/fuzz.counts") targets at fault"
    failed=1
  fi
}

check_docs() {
  if timed make docs >"$work/docs.log" 2>&1; then record docs "built without a warning in $took"; else
    grep -E 'warning|error' "$work/docs.log" | head -20
    record docs "FAILED"
    failed=1
  fi
}

check_benchmarks() {
  if timed swift build --package-path Benchmarks --scratch-path "$work/benchmarks" >"$work/benchmarks.log" 2>&1; then
    record benchmarks "built in $took"
  else
    grep 'error' "$work/benchmarks.log" | head -20
    record benchmarks "FAILED"
    failed=1
  fi
}

Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev bzip2 gzip git python3 sqlite3 curl p7zip-full perl
[ $# -gt 0 ] || set -- docs benchmarks fuzz double address thread coverage
for part in "$@"; do
  echo "== $part"
  case $part in
    address) check_address ;;
    thread) check_thread ;;
    double) check_double ;;
    coverage) check_coverage ;;
    fuzz) check_fuzz ;;
    docs) check_docs ;;
    benchmarks) check_benchmarks ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
  esac
done
exit $failed
