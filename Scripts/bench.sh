#!/bin/bash
# Runs what lies under Benchmarks. Called by `make bench`. Arguments go to Benchmarks/end_to_end.py.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev bzip2 python3
swift build -c release --product dumpctl --static-swift-stdlib
dumpctl=$(swift build -c release --product dumpctl --static-swift-stdlib --show-bin-path)/dumpctl
swift build -c release --package-path Benchmarks --product stubstream --static-swift-stdlib
stubstream=$(swift build -c release --package-path Benchmarks --product stubstream --static-swift-stdlib --show-bin-path)/stubstream
swift package --package-path Benchmarks benchmark
python3 Benchmarks/end_to_end.py --dumpctl "$dumpctl" --stubstream "$stubstream" "$@"
python3 Benchmarks/bz2.py --dumpctl "$dumpctl"
