<?php
// Writes Sources/WikiDumpKit/Export/NormalizationData.swift to standard output.
//
//     php Scripts/generate-normalization-data.php > Sources/WikiDumpKit/Export/NormalizationData.swift
//
// Needs PHP with intl on ICU 72 (Unicode 15.0) and the library wikimedia/utfnormal of MediaWiki 1.39.
// MediaWiki normalises with that ICU; of its own older tables, which decide in one odd case, only the difference is kept.

$utfnormal = $argv[1] ?? '/usr/share/mediawiki/vendor/wikimedia/utfnormal/src';
require "$utfnormal/Constants.php";
require "$utfnormal/Validator.php";
UtfNormal\Validator::loadData();
$older = [];
foreach ( [ UtfNormal\Validator::$utfCheckNFC, UtfNormal\Validator::$utfCombiningClass ] as $table ) {
	foreach ( array_keys( $table ) as $character ) {
		$older[mb_ord( $character )] = true;
	}
}

function hex( int $number ): string {
	return strtoupper( dechex( $number ) );
}

/** Joins neighbours of equal value into FIRST-LAST=VALUE. */
function ranges( array $values ): array {
	$out = [];
	$first = $last = $held = null;
	$flush = static function () use ( &$out, &$first, &$last, &$held ) {
		if ( $first !== null ) {
			$out[] = hex( $first ) . ( $last > $first ? '-' . hex( $last ) : '' ) . ( $held === '' ? '' : "=$held" );
		}
	};
	foreach ( $values as $codePoint => $value ) {
		if ( $first === null || $codePoint !== $last + 1 || $value !== $held ) {
			$flush();
			$first = $codePoint;
			$held = $value;
		}
		$last = $codePoint;
	}
	$flush();
	return $out;
}

$classes = $decompositions = $recent = [];
for ( $c = 0x80; $c < 0x110000; $c++ ) {
	if ( $c >= 0xD800 && $c < 0xE000 || $c >= 0xAC00 && $c <= 0xD7A3 ) {
		continue;
	}
	$class = IntlChar::getIntPropertyValue( $c, IntlChar::PROPERTY_CANONICAL_COMBINING_CLASS );
	$check = IntlChar::getIntPropertyValue( $c, IntlChar::PROPERTY_NFC_QUICK_CHECK );
	if ( $class ) {
		$classes[$c] = hex( $class );
	}
	if ( ( $class || $check !== 1 ) && !isset( $older[$c] ) ) {
		$recent[$c] = '';
	}
	$raw = Normalizer::getRawDecomposition( mb_chr( $c ), Normalizer::FORM_C );
	if ( $raw !== null ) {
		$parts = array_map( static fn ( $part ) => hex( mb_ord( $part ) ), mb_str_split( $raw ) );
		// a "no" in the quick check means that the pair does not compose again
		$decompositions[] = hex( $c ) . ( $check === 0 ? '>' : '=' ) . implode( '+', $parts );
	}
}

function block( string $name, string $comment, array $items ): string {
	$lines = [];
	$line = '';
	foreach ( $items as $item ) {
		if ( strlen( $line ) + strlen( $item ) + 1 > 110 ) {
			$lines[] = $line;
			$line = '';
		}
		$line .= ( $line === '' ? '' : ' ' ) . $item;
	}
	$lines[] = $line;
	return "    /// $comment\n    static let $name: StaticString = \"\"\"\n        "
		. implode( " \\\n        ", $lines ) . "\n        \"\"\"\n";
}

echo "// Made by Scripts/generate-normalization-data.php from ICU " . INTL_ICU_VERSION . ". Do not edit.\n\n";
echo "/// The data of Unicode 15.0 that canonical composition needs, as lists of hexadecimal code points.\n";
echo "enum NormalizationData {\n";
echo block( 'combiningClasses', 'FIRST-LAST=CLASS for every combining class that is not 0.', ranges( $classes ) ) . "\n";
echo block( 'recentMarks', "FIRST-LAST of what the quick check stops at, but MediaWiki's own older tables do not know.",
	ranges( $recent ) ) . "\n";
echo block( 'decompositions', 'COMPOSED=FIRST+SECOND, or COMPOSED>FIRST[+SECOND] if the parts do not compose again.',
	$decompositions );
echo "}\n";
