#!/bin/sh
# A step of continuous integration: fails if a dump file in a folder is damaged or cut short.
#
#     check-in-ci.sh dumps/ report.junit.xml
#
# The report is JUnit XML, which nearly every CI system shows: one test case for each file. Keep it out of the folder that is
# checked, where an XML file is taken for a dump.
set -u
folder=${1:?usage: check-in-ci.sh FOLDER REPORT}
report=${2:?usage: check-in-ci.sh FOLDER REPORT}

dumpctl check-truncation "$folder" --full --junit >"$report"
status=$?
case $status in
  0) echo "all dump files in $folder are sound" ;;
  3) echo "a dump file in $folder is damaged or in doubt, see $report" >&2 ;;
  *) echo "the check of $folder failed, see $report" >&2 ;;
esac
exit $status
