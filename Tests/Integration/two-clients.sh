#!/bin/bash
# Workers and monitors on two clients of one file server that behaves as NFS does: nothing is torn, lost or done twice.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

if [ -e /dev/fuse ] && [ "$(id -u)" = 0 ]; then
  Scripts/need-packages.sh libfuse3-dev fuse3 pkg-config
  status=0
  python3 Tests/Reliability/clients.py --dumpctl "$DUMPCTL" --rounds 2 >"$INTEGRATION/clients.log" 2>&1 || status=$?
  case $status in
    0) passed "$(tail -1 "$INTEGRATION/clients.log")" ;;
    77) echo "  $(tail -1 "$INTEGRATION/clients.log")" ;;
    *)
      failed "two clients of a file server"
      head -20 "$INTEGRATION/clients.log" | cut -c 1-400 | sed 's/^/    /'
      ;;
  esac
else
  echo "  skipped: there is no /dev/fuse, or this is not root"
fi
