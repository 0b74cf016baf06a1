#!/bin/bash
# Farms in which everything goes wrong: nothing is lost in any of 2,000.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

if "$DUMPCTL" sim --seeds 1-2000 >"$INTEGRATION/simulation.log"; then
  passed "$(tail -1 "$INTEGRATION/simulation.log")"
else
  failed "simulated farms"
  head -80 "$INTEGRATION/simulation.log" | cut -c 1-300 | sed 's/^/    /'
fi
