#!/bin/bash
# Checks dump files against MediaWiki's export-0.11 schema.
#
#   Scripts/validate-xml.sh FILE...     plain, .gz or .bz2
#
# The schema is MediaWiki's own file: $EXPORT_XSD if set, else what fetch-schema.sh left in .build, else the one of Debian's
# package mediawiki when that is installed. Without a schema or without xmllint (package libxml2-utils) nothing is checked,
# a line says so, and the exit status is 77.
# Exit status otherwise: 0 all valid, 1 some not.
set -euo pipefail

[ $# -gt 0 ] || { sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
skip() { echo "validate-xml.sh: not checked: $*" >&2; exit 77; }
command -v xmllint >/dev/null || skip "xmllint is missing (package libxml2-utils)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetched=$(dirname "$0")/../.build/export-0.11.xsd
packaged=/usr/share/doc/mediawiki/docs/export-0.11.xsd
if [ -n "${EXPORT_XSD:-}" ]; then
  cp "$EXPORT_XSD" "$work/schema.xsd"
elif [ -s "$fetched" ]; then
  cp "$fetched" "$work/schema.xsd"
elif [ -r $packaged.gz ]; then
  gzip -dc $packaged.gz >"$work/schema.xsd"
elif [ -r $packaged ]; then
  cp $packaged "$work/schema.xsd"
else
  skip "no schema (package mediawiki, or set EXPORT_XSD)"
fi
# The schema imports one for xml:lang and xml:space from the network; the two attributes are all that is needed of it.
cat >"$work/xml.xsd" <<'XSD'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/>
  <xs:attribute name="space" type="xs:NCName"/>
</xs:schema>
XSD
sed -i 's#schemaLocation="http://www.w3.org/[^"]*xml.xsd"#schemaLocation="xml.xsd"#' "$work/schema.xsd"

failed=0
for file in "$@"; do
  case $file in
    *.gz) read=(gzip -dc) ;;
    *.bz2) read=(bzip2 -dc) ;;
    *) read=(cat) ;;
  esac
  if "${read[@]}" "$file" | xmllint --stream --huge --noout --nonet --schema "$work/schema.xsd" - 2>"$work/errors"; then
    echo "valid: $file"
  else
    echo "not valid: $file" >&2
    grep -v '^warning' "$work/errors" | head -5 >&2
    failed=1
  fi
done
exit $failed
