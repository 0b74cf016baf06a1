# The MariaDB server of the integration test. Its process number is in $INTEGRATION/db/pid.
# shellcheck shell=bash

# make_server: its data, and a certificate, so that clients may speak TLS.
make_server() {
  local db=$INTEGRATION/db
  mkdir -p "$db"
  mariadb-install-db --no-defaults --datadir="$db/data" --user="$(id -un)" --auth-root-authentication-method=normal \
    --skip-test-db >"$db/install.log" 2>&1 || { tail -20 "$db/install.log" >&2; return 1; }
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$db/key.pem" -out "$db/certificate.pem" >"$db/openssl.log" 2>&1 || { cat "$db/openssl.log" >&2; return 1; }
}

# start_server: returns when it answers.
start_server() {
  local db=$INTEGRATION/db
  mariadbd --no-defaults --datadir="$db/data" --user="$(id -un)" --bind-address=127.0.0.1 --port="${INTEGRATION_SERVER#*:}" \
    --socket="$db/socket" --pid-file="$db/pid" --log-error="$db/log" --ssl-cert="$db/certificate.pem" --ssl-key="$db/key.pem" \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=128M --max-allowed-packet=64M \
    >"$db/output" 2>&1 </dev/null &
  disown
  for _ in $(seq 300); do
    mariadb-admin --no-defaults --socket="$db/socket" ping >"$db/ping" 2>&1 && return
    sleep 0.1
  done
  tail -n 20 "$db/log" "$db/output" >&2
  return 1
}

# stop_server: at once; nothing of it is needed any more.
stop_server() {
  local pid
  pid=$(cat "$INTEGRATION/db/pid" 2>/dev/null) || return 0
  kill -9 "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$INTEGRATION/db/pid"
}
