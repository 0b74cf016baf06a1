#!/bin/bash
# Runs what lies under Benchmarks. Called by `make bench`.
#
#   bench.sh                    everything
#   bench.sh dumps [ARGUMENT…]  whole dumps; arguments go to Benchmarks/end_to_end.py
#   bench.sh bz2 [ARGUMENT…]    the bz2 commands; arguments go to Benchmarks/bz2.py
#
# BENCH_BYTES is the size of the export for the bz2 commands, 100000000 if not given; BENCH_CACHE the folder in which it
# stays; BENCH_DATA a folder with exports that are there already.
set -euo pipefail
cd "$(dirname "$0")/.."
part=all
case ${1:-} in dumps | bz2) part=$1; shift ;; esac

built() { # PRODUCT [OPTION…]: builds it and says where it is
  local product=$1
  shift
  swift build --product "$product" "$@" >&2
  echo "$(swift build --product "$product" "$@" --show-bin-path)/$product"
}

make_export() { # SHAPE BYTES: makes an export that the bz2 commands are measured with
  [ ! -s "$data/$1.bzip2.bz2" ] || return 0
  mkdir -p "$data"
  python3 Benchmarks/make_export.py "$data/$1.xml" --shape "$1" --bytes "$2" >&2
  bzip2 -9 -c "$data/$1.xml" >"$data/$1.part"
  # The name means that it is complete.
  mv "$data/$1.part" "$data/$1.bzip2.bz2"
}

Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev bzip2 lbzip2 python3
dumpctl=$(built dumpctl -c release --static-swift-stdlib)
if [ "$part" != bz2 ]; then
  stubstream=$(built stubstream -c release --static-swift-stdlib --package-path Benchmarks)
  [ "$part" = dumps ] || swift package --package-path Benchmarks benchmark
  python3 Benchmarks/end_to_end.py --dumpctl "$dumpctl" --stubstream "$stubstream" "$@"
fi
if [ "$part" != dumps ]; then
  [ "$part" = bz2 ] || set --
  bytes=${BENCH_BYTES:-100000000}
  data=${BENCH_DATA:-${BENCH_CACHE:-.build/bench}/$bytes}
  if [ -z "${BENCH_DATA:-}" ]; then
    make_export pages "$bytes"
    # Not larger than the one of which figures are quoted.
    make_export history $((bytes < 100000000 ? bytes : 100000000))
  fi
  # It sees what is not public, which only debug builds show.
  locatecost=$(built locatecost -c debug -Xswiftc -O --package-path Benchmarks)
  python3 Benchmarks/bz2.py --dumpctl "$dumpctl" --locatecost "$locatecost" --data "$data" "$@"
fi
