#!/bin/bash
# Runs the fuzzer of Fuzzing/ over its corpus with new inputs, with the address sanitizer. Called by `make fuzz`.
# Arguments: seconds (20), and a folder for the inputs it finds worth keeping.
set -euo pipefail
# Swift would look into a crash for a long time, while its report of it is of no use here.
export SWIFT_BACKTRACE=enable=no
cd "$(dirname "$0")/.."
seconds=${1:-20}
Scripts/need-packages.sh libbz2-dev zlib1g-dev
found=${2:-$(mktemp -d)}
# Both in one flag: of two flags the compiler heeds the last, and the fuzzer would see no coverage.
build=(swift build --package-path Fuzzing -c release --sanitize fuzzer -Xswiftc '-sanitize=fuzzer,address')
"${build[@]}"
# Inputs are small: a block of level 1, its header and footer. What takes more than 20 s or 1.5 GB is an error too.
"$("${build[@]}" --show-bin-path)/fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=1500 \
  -print_final_stats=1 "$found" Fuzzing/Corpus
