#!/bin/bash
# The scripts of MediaWiki 1.43 write what the native producer writes, over SQLite and over MariaDB.
. "$INTEGRATION_SOURCE/Tests/Integration/support/lib.sh"

# The scripts of MediaWiki, and of those one that does not wait 25 seconds for each text that cannot be read.
prompt=$INTEGRATION/prompt
mkdir -p "$prompt/maintenance"
ln -s "$MW143"/maintenance/*.php "$prompt/maintenance/"
rm "$prompt/maintenance/dumpTextPass.php"
sed "s|getenv( 'MW_INSTALL_PATH' )|'$MW143'|" "$INTEGRATION_SOURCE/Scripts/fixtures/textPass.php" >"$prompt/maintenance/dumpTextPass.php"

farm=$(farm mediawiki-mariadb newwiki <<<"producer=mediawiki
dir=$prompt")
run 5 "$farm" newwiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/newwiki"/2*
dump_by_php newwiki
compare "$farm" newwiki "$INTEGRATION/php/newwiki"

farm=$(farm mediawiki-sqlite litewiki <<<"producer=mediawiki
dir=$prompt
contentsource=sqlite
databasepath=$INTEGRATION/sqlite/{wiki}.sqlite")
run 5 "$farm" litewiki
check "verify agrees" "$DUMPCTL" verify "$farm/public/litewiki"/2*
mkdir -p "$INTEGRATION/php/litewiki"
for kind in "${kinds[@]}"; do
  plain "$fixtures/newwiki/$kind.xml.gz" | sed 's/newwiki/litewiki/' >"$INTEGRATION/php/litewiki/$kind.xml"
done
compare "$farm" litewiki "$INTEGRATION/php/litewiki"
