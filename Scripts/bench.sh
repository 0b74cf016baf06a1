#!/bin/bash
# Runs what lies under Benchmarks. Called by `make bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev bzip2 python3
swift build -c release --product dumpctl --static-swift-stdlib
dumpctl=$(swift build -c release --product dumpctl --static-swift-stdlib --show-bin-path)/dumpctl
swift package --package-path Benchmarks benchmark
python3 Benchmarks/end_to_end.py "$dumpctl"
