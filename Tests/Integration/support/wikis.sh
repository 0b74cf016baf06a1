# Makes the wikis of the integration test.
# shellcheck shell=bash

# settings WIKI <<PHP: what the settings of a wiki have of their own.
settings() {
  mkdir -p "$INTEGRATION/images/$1" "$INTEGRATION/cache"
  (echo '<?php' && cat) >"$INTEGRATION/wikis/$1.php"
}

# install WIKI NAME [PREFIX]: makes an empty wiki on MariaDB by MediaWiki's installer.
install_wiki() {
  local log=$INTEGRATION/$1.install.log
  sql -e "CREATE DATABASE $1 DEFAULT CHARACTER SET binary"
  mkdir -p "$INTEGRATION/install/$1"
  MW_CONFIG_FILE=$INTEGRATION/none.php php "$(code_of "$1")/maintenance/install.php" --dbtype=mysql --dbserver="$INTEGRATION_SERVER" \
    --dbname="$1" --dbprefix="${3:-}" --dbuser=wiki --dbpass=integration --installdbuser=wiki --installdbpass=integration --lang=en \
    --pass=integration-only-password --confpath="$INTEGRATION/install/$1" --server="https://$1.example.org" --scriptpath=/w \
    "$2" Admin >"$log" 2>&1 || { tail -20 "$log" >&2; return 1; }
}

# fill WIKI DATABASE.sqlite [PREFIX]: gives a wiki on MariaDB the rows of one on SQLite.
fill() {
  sql -N -e "SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = '$1'" |
    python3 "$INTEGRATION_SOURCE/Tests/Integration/support/copyRows.py" "$2" "${3:-}" | sql "$1"
}

# add_pages WIKI NUMBER: many pages that share a few texts, so that a dump takes some seconds.
add_pages() {
  sql "$1" -e "
    SET @rev = (SELECT min(rev_id) FROM revision), @content = (SELECT min(content_id) FROM content);
    INSERT INTO page (page_id, page_namespace, page_title, page_is_redirect, page_is_new, page_random, page_touched, page_latest, page_len)
      SELECT 1000000 + seq, 0, concat('Page_', seq), 0, 1, 0.5, '20260101000000', 1000000 + seq, 1 FROM seq_1_to_$2;
    INSERT INTO revision (rev_id, rev_page, rev_comment_id, rev_actor, rev_timestamp, rev_len, rev_sha1)
      SELECT 1000000 + seq, 1000000 + seq, rev_comment_id, rev_actor, '20260101000000', rev_len, rev_sha1
      FROM revision, seq_1_to_$2 WHERE rev_id = @rev;
    INSERT INTO slots (slot_revision_id, slot_role_id, slot_content_id, slot_origin)
      SELECT 1000000 + seq, 1, @content, 1000000 + seq FROM seq_1_to_$2"
}

make_wikis() {
  settings newwiki <<<"\$fixtureWiki = 'newwiki'; \$wgDBtype = 'mysql'; \$wgSitename = 'New wiki'; \$wgMetaNamespace = 'New_wiki';"
  settings litewiki <<<"require __DIR__ . '/newwiki.php'; \$wgDBtype = 'sqlite';"
  settings prefixwiki <<<"require __DIR__ . '/newwiki.php'; \$wgDBprefix = 'mw_';"
  settings livewiki <<<"\$fixtureWiki = 'livewiki'; \$wgDBtype = 'mysql'; \$wgSitename = 'Live wiki'; \$wgMetaNamespace = 'Live_wiki';"
  settings backwiki <<<"require __DIR__ . '/livewiki.php'; "
  settings demowiki <<<"\$fixtureWiki = 'demowiki'; \$wgDBtype = 'mysql'; \$wgSitename = 'Demo & Wiki'; \$wgMetaNamespace = 'Demo_&_Wiki';"

  sql -e "CREATE USER wiki@'127.0.0.1' IDENTIFIED BY 'integration'; GRANT ALL ON *.* TO wiki@'127.0.0.1';
    CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'integration';"
  printf '[client]\nuser=reader\npassword=integration\n' >"$INTEGRATION/reader.cnf"
  chmod 600 "$INTEGRATION/reader.cnf"

  cp "${fixtures:?}/newwiki/newwiki.sqlite" "$INTEGRATION/sqlite/litewiki.sqlite"
  # As MediaWiki 1.43 installs it: a reader then keeps no writer waiting.
  sqlite3 "$INTEGRATION/sqlite/litewiki.sqlite" 'PRAGMA journal_mode = WAL' >/dev/null
  (install_wiki newwiki 'New wiki' && fill newwiki "${fixtures:?}/newwiki/newwiki.sqlite") &
  local pids=($!)
  (install_wiki demowiki 'Demo & Wiki' && fill demowiki "$INTEGRATION_SOURCE/Examples/demo/wikis/demowiki.sqlite") &
  pids+=($!)
  (install_wiki prefixwiki 'New wiki' mw_ && fill prefixwiki "${fixtures:?}/newwiki/newwiki.sqlite" mw_) &
  pids+=($!)
  (install_wiki livewiki 'Live wiki' && install_wiki backwiki 'Live wiki') &
  pids+=($!)
  local pid
  for pid in "${pids[@]}"; do wait "$pid"; done
  # What README tells: reading, and what mysqldump asks for.
  local wiki
  for wiki in newwiki demowiki prefixwiki livewiki backwiki; do sql -e "GRANT SELECT, SHOW VIEW, TRIGGER ON $wiki.* TO reader@'127.0.0.1'"; done
}

# siteinfo WIKI: the answer of a wiki's API, into the folder siteinfo.
siteinfo() {
  curl -sf "http://127.0.0.1:$INTEGRATION_HTTP/$1/api.php?action=query&meta=siteinfo&format=json&formatversion=2" \
    --url-query 'siprop=general|namespaces|namespacealiases|magicwords' >"$INTEGRATION/siteinfo/$1.json"
}
