#!/bin/bash
# The lines of dumpctl export are read into DuckDB and Parquet by the commands of the documentation, with the packages of PyPI.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

folder=$INTEGRATION/export
mkdir -p "$folder"
python3 -m venv "$folder/venv"
if ! "$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1; then
  failed "the packages duckdb and pyarrow are not to be had"
  exit
fi
farm=$(farm export livewiki </dev/null)
run 0 "$farm" livewiki --date 20260101
cp "$farm/public/livewiki/20260101/livewiki-20260101-pages-meta-history.xml.bz2" "$folder/pages.xml.bz2"
cd "$folder" || exit 1
check "revisions are exported" "$DUMPCTL" export --jsonl pages.xml.bz2 -o pages.jsonl.gz
grep '^python3' "$INTEGRATION_SOURCE/Documentation/exports-for-programs.md" >commands
check "the document has a command for each" test "$(wc -l <commands)" = 2
while read -r line; do check "$line" env PATH="$folder/venv/bin:$PATH" bash -c "$line"; done <commands
lines=$(gzip -dc pages.jsonl.gz | wc -l)
rows=$("$folder/venv/bin/python" -c "import pyarrow.parquet as p; print(p.read_table('pages.parquet').num_rows)")
check "each revision is a row" test "$lines" = "$rows"
