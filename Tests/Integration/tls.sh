#!/bin/bash
# A user who must use TLS: the dump is the same as without. The server's certificate is checked when the option file says so.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

sql -e "CREATE USER secure@'127.0.0.1' IDENTIFIED BY 'integration' REQUIRE SSL;
  GRANT SELECT, SHOW VIEW, TRIGGER ON demowiki.* TO secure@'127.0.0.1'"
printf '[client]\nuser=secure\npassword=integration\nssl-ca=%s\nssl-verify-server-cert\n' "$INTEGRATION/db/certificate.pem" \
  >"$INTEGRATION/secure.cnf"
chmod 600 "$INTEGRATION/secure.cnf"
farm=$(farm tls demowiki <<<"client_config_file=$INTEGRATION/secure.cnf")
run 0 "$farm" demowiki
compare "$farm" demowiki "$fixtures/demowiki"

# A user who must use TLS, and whom nothing tells so: it is used because the server offers it.
printf '[client]\nuser=secure\npassword=integration\n' >"$INTEGRATION/plain.cnf"
chmod 600 "$INTEGRATION/plain.cnf"
farm=$(farm tls-offered demowiki <<<"client_config_file=$INTEGRATION/plain.cnf")
run 0 "$farm" demowiki --job xmlstubsdump,pagetable
