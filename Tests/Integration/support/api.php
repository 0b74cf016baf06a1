<?php
// Answers /WIKI/api.php, for `php -S`.
define( 'MW_DB', explode( '/', $_SERVER['REQUEST_URI'] )[1] );
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/w/api.php';
$code = getenv( MW_DB === 'demowiki' ? 'MW139' : 'MW143' );
$_SERVER['SCRIPT_FILENAME'] = "$code/api.php";
chdir( $code );
require "$code/api.php";
