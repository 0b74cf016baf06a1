#!/bin/sh
# Checks the dump files that are new since the last time, for cron:
#
#     15 4 * * *  /usr/local/bin/nightly-check.sh /srv/dumps/public /var/lib/dump-check
#
# Prints nothing if all is well, so that cron sends mail only when something is wrong. New files are
# checked completely; all others only at both ends, which takes milliseconds each.
set -u
dumps=${1:?usage: nightly-check.sh DUMPS STATE}
state=${2:?usage: nightly-check.sh DUMPS STATE}

mkdir -p "$state" || exit
touch "$state/now"
if [ -e "$state/last" ]; then
  find "$dumps" -type f -name '*.bz2' -newer "$state/last" >"$state/new"
else
  find "$dumps" -type f -name '*.bz2' >"$state/new"
fi

status=0
dumpctl check-truncation --quiet "$dumps" || status=$?
while IFS= read -r file; do
  dumpctl check-truncation --quiet --full "$file" || status=$?
done <"$state/new"

# After a problem, the same files are checked again the next night.
[ $status -ne 0 ] || mv "$state/now" "$state/last"
exit $status
