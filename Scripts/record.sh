# How checks that take long write their results into the page named by $page.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the scripts that read this file set it
record() { # PART RESULT: puts a row into the first table of the page, in place of the one before
  local row
  row="| \`$1\` | $2 | $(date -u +%F) | $(git rev-parse --short HEAD) |"
  echo "$row"
  ROW=$row PART="| \`$1\` |" perl -pi -e '$_ = "$ENV{ROW}\n" if index($_, $ENV{PART}) == 0 && !$done++' "$page"
}
