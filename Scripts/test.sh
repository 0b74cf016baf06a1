#!/bin/bash
# Checks the format, builds without warnings, runs all tests and checks what they cannot see. Called by `make test`.
# The tests find a Python with mwxml in .venv/bin/python, and the export schema in $EXPORT_XSD.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "make test: $*" >&2; exit 1; }
ours() { git ls-files -z --cached --others --exclude-standard "$@"; }

Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev bzip2 gzip git python3 python3-venv libxml2-utils shellcheck sqlite3 \
  curl p7zip-full mariadb-server
if ! [ -x .venv/bin/python ] || ! .venv/bin/python -c 'import mwxml' 2>/dev/null; then
  echo "Installing the Python package mwxml into .venv"
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check mwxml==0.3.8
fi
if [ -z "${EXPORT_XSD:-}" ]; then
  EXPORT_XSD=$(Scripts/fetch-schema.sh) || echo "The export schema is not to be had: XML is not validated against it"
  export EXPORT_XSD
fi

echo "Checking the format"
ours '*.swift' | xargs -0 swift format lint --strict --parallel
ours '*.sh' .ci/run | xargs -0 shellcheck -x

echo "Checking that folders name only what lies below them"
Scripts/check-floors

. Scripts/build-flags.sh
echo "Building; warnings are errors"
swift build --build-tests "${release[@]}"

echo "Building the example that is a package of its own"
swift build --package-path Examples/PageLookup --scratch-path .build/page-lookup
swift package --package-path Examples/FirstDump dump-package >/dev/null

echo "Checking that no file names a folder of this machine"
for folder in "$PWD" "$(dirname "$PWD")" "$HOME"; do
  case $folder in / | /tmp | /home | /usr | /var) continue ;; esac
  found=$(ours | xargs -0 grep -lP -- "(?<![\w.~}/-])\\Q$folder\\E/" 2>/dev/null || true)
  [ -z "$found" ] || fail "these files name $folder: $found"
done

echo "Checking that links lead somewhere"
# shellcheck disable=SC2016 # the inner shell expands them
found=$(ours | xargs -0 sh -c 'for f; do [ ! -L "$f" ] || [ -e "$f" ] || echo "$f"; done' _)
[ -z "$found" ] || fail "these links lead nowhere: $found"

echo "Checking that our code does without all of Foundation"
if ours 'Sources/*.swift' | xargs -0 grep -nE '^ *([a-z]+ |@[A-Za-z_]+ )*import Foundation *$'; then
  fail "import FoundationEssentials, or better nothing of it"
fi

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
swift test list --skip-build "${release[@]}" >"$log/list" 2>/dev/null
held=$(wc -l <"$log/list")
written=$(ours 'Tests/*.swift' 'Fuzzing/*.swift' | xargs -0 grep -hE '^ *@Test\b' | wc -l)
# All at once they would keep each other from the few threads of the pool until their time limits pass.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8
# Foundation's Process, by which tests start programs, copies 256 bytes of each name in /proc/self/fd, however short it is. At
# the end of the memory of a thread that ends the tests; the one pool of the whole process has room behind it.
export MALLOC_ARENA_MAX=1
if ! swift test --skip-build "${release[@]}" --xunit-output "$log/report.xml" 2>&1 | tee "$log/printed"; then
  # Again at the end: of a long log often only that is kept.
  echo "What failed:"
  grep -E '^.{0,4}(✘|↳)|error:|Fatal error' "$log/printed" | grep -v 'Suite ' || tail -40 "$log/printed"
  fail "tests failed"
fi

# Counted in the report. In what is printed, lines of tests that end at once run into each other. A test with arguments counts
# once, and a skipped one has a line of its own.
report=$log/report-swift-testing.xml
skipped=$(grep -c '<skipped' "$report" || true)
ran=$(($(grep -c '<testcase ' "$report" || true) - skipped))
if [ "$ran" -lt "$held" ] || [ "$ran" -lt "$written" ]; then
  grep -B 1 '<skipped' "$report" || true
  fail "only $ran tests ran, but the package lists $held and its files hold $written"
fi
echo "$ran passed, 0 failed"
