#!/bin/bash
# Feeds hostile data to everything that reads data of others, with the address sanitizer. Called by `make fuzz`.
#
#   Scripts/fuzz.sh [SECONDS] [TARGET...]     2 seconds of each target; the targets are the folders of Fuzzing/Corpus
#
# For each target it prints a line `TARGET EXECUTIONS`. It fails if there was a fault; what it is goes to the other output, and the
# input that shows it to .build-check/findings. An hour of each:
#
#   FUZZ_KEEP=FOLDER Scripts/fuzz.sh 3600
#
# FUZZ_KEEP: a folder that keeps the inputs that reach new code. FUZZ_JOBS (2): how many targets run at a time. FUZZ_SEED: the seed of
# the random numbers; with the same one, nearly the same is tried.
set -euo pipefail
# Swift would look into a crash for a long time, while its report of it is of no use here.
export SWIFT_BACKTRACE=enable=no
# Leaks are not looked for: the runtime of Swift keeps memory of its own.
export ASAN_OPTIONS=detect_leaks=0
# Makes the checks of Fuzzing a program, see Package.swift.
export DUMPCTL_FUZZER=1
cd "$(dirname "$0")/.."
seconds=${1:-2}
shift || true
[ $# -gt 0 ] || { cd Fuzzing/Corpus; set -- *; cd ../..; }
for target in "$@"; do
  [ -d "Fuzzing/Corpus/$target" ] || { echo "there is no target $target" >&2; exit 2; }
done
Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev >&2
# Both sanitizers in one flag: of two flags the compiler of Swift heeds the last, and the fuzzer would see no coverage.
build=(swift build -c release --product fuzz --scratch-path .build-check/fuzz -Xswiftc -enable-testing -Xswiftc -gnone
  --sanitize fuzzer -Xswiftc '-sanitize=fuzzer,address' -Xcc -fsanitize=address)
"${build[@]}" >&2
fuzzer=$("${build[@]}" --show-bin-path)/fuzz
findings=.build-check/findings
mkdir -p "$findings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Checks put files there.
export TMPDIR=$work

fuzz() { # TARGET: prints its line, and what is wrong
  local target=$1 words=() keep=${FUZZ_KEEP:-$work/keep}/$1 log=$work/$1.log status=0
  mkdir -p "$keep"
  [ ! -f "Fuzzing/Dictionaries/$target.dict" ] || words=(-dict="Fuzzing/Dictionaries/$target.dict")
  # Inputs are small: a block of bzip2 of level 1, or some lines. What takes more than 10 s, 600 MB at once or 1.5 GB in all is
  # a fault too.
  FUZZ_TARGET=$target "$fuzzer" -max_total_time="$seconds" -max_len=8192 -timeout=10 -malloc_limit_mb=600 -rss_limit_mb=1500 \
    -print_final_stats=1 -artifact_prefix="$findings/$target-" ${FUZZ_SEED:+-seed="$FUZZ_SEED"} "${words[@]}" "$keep" "Fuzzing/Corpus/$target" >"$log" 2>&1 ||
    status=$?
  echo "$target $(awk '/^stat::number_of_executed_units/ { print $2; exit }' "$log")"
  if [ $status != 0 ]; then
    { echo "$target is at fault:"; grep -vE '^#[0-9]+[[:space:]]|^INFO|^stat|^[[:space:]]*$' "$log" | head -40; } >&2
  fi
  return $status
}

failed=0
running=0
for target in "$@"; do
  if [ "$running" -ge "${FUZZ_JOBS:-2}" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  fuzz "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit $failed
