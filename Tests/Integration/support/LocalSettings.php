<?php
// Settings of the wikis of the integration test. Which one is meant is said by --wiki, by the web server or by MW_WIKI.
$fixtureDirectory = getenv( 'INTEGRATION' );
$integrationWiki = defined( 'MW_DB' ) ? MW_DB : getenv( 'MW_WIKI' );
$wgScriptPath = '/w';
$wgServer = "https://$integrationWiki.example.org";
$wgLanguageCode = 'en';
$wgSecretKey = str_repeat( '0', 64 );
$wgDBserver = getenv( 'INTEGRATION_SERVER' );
$wgDBuser = 'wiki';
$wgDBpassword = 'integration';
$wgDBname = $integrationWiki;
$wgSQLiteDataDir = "$fixtureDirectory/sqlite";
// Sets $fixtureWiki, the wiki whose settings and rows this one has, and what else is its own.
require "$fixtureDirectory/wikis/$integrationWiki.php";
require getenv( 'INTEGRATION_SOURCE' ) . '/Scripts/fixtures/common.php';
