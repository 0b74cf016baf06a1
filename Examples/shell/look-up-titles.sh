#!/bin/sh
# Prints the XML of many pages of a dump, one after the other.
#
#     look-up-titles.sh enwiki-20240501-pages-articles.xml.bz2 titles.txt >pages.xml
#
# titles.txt has one title per line. Titles that are not in the dump are listed on standard error, and the exit status is 4.
set -u
dump=${1:?usage: look-up-titles.sh DUMP TITLES}
titles=${2:?usage: look-up-titles.sh DUMP TITLES}

# Made once; from then on each look-up takes the time of decoding one block.
[ -e "$dump.mwidx" ] || dumpctl index "$dump" --quiet || exit

status=0
while IFS= read -r title; do
  dumpctl locate-page "$dump" --title "$title" --extract
  case $? in
    0) ;;
    4) status=4 ;;    # not there, which dumpctl said
    *) exit 1 ;;      # the dump is damaged, or cannot be read
  esac
done <"$titles"
exit $status
