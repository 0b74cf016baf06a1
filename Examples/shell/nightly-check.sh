#!/bin/sh
# Checks the dump files that came since the last time, for cron:
#
#     15 4 * * *  /usr/local/bin/nightly-check.sh /srv/dumps/public /var/lib/dump-check
#
# Prints nothing if all is well, so that cron sends mail only when something is wrong. Every night new files are looked
# at from end to end; all others only at their ends, which takes some milliseconds each.
set -u
dumps=${1:?usage: nightly-check.sh DUMPS STATE}
state=${2:?usage: nightly-check.sh DUMPS STATE}

mkdir -p "$state" || exit
touch "$state/now"
if [ -e "$state/last" ]; then
  find "$dumps" -name '*.bz2' -newer "$state/last" >"$state/new"
else
  find "$dumps" -name '*.bz2' >"$state/new"
fi

status=0
dumpctl check-truncation --quiet "$dumps" || status=$?
while IFS= read -r file; do
  dumpctl check-truncation --quiet --full "$file" || status=$?
done <"$state/new"

# Files that were not in order are looked at again the next night.
[ $status -ne 0 ] || mv "$state/now" "$state/last"
exit $status
