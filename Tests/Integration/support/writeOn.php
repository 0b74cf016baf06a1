<?php
/** Edits, moves, deletes and restores pages of a wiki for as long as a file is there. */
require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

use MediaWiki\CommentStore\CommentStoreComment;
use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Revision\SlotRecord;
use MediaWiki\Title\Title;
use MediaWiki\User\User;

class WriteOn extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addOption( 'while', 'The file', true, true );
	}

	public function execute() {
		$services = $this->getServiceContainer();
		$user = User::newSystemUser( 'Writer', [ 'steal' => true ] );
		for ( $i = 1; file_exists( $this->getOption( 'while' ) ); $i++ ) {
			clearstatcache();
			// A second for each change: which of two revisions of one second is the newer one, MediaWiki leaves to chance.
			Wikimedia\Timestamp\ConvertibleTimestamp::setFakeTime( 1767225600 + $i );
			$title = Title::newFromText( 'Written page ' . $i % 17 );
			$page = $services->getWikiPageFactory()->newFromTitle( $title );
			if ( $i % 11 === 0 && $page->exists() ) {
				$services->getDeletePageFactory()->newDeletePage( $page, $user )->deleteUnsafe( "delete $i" );
				if ( $i % 2 === 0 ) {
					$services->getUndeletePageFactory()->newUndeletePage( $page, $user )->undeleteUnsafe( "restore $i" );
				}
			} elseif ( $i % 7 === 0 && $page->exists() ) {
				$services->getMovePageFactory()->newMovePage( $title, Title::newFromText( "Moved $i" ) )->move( $user, "move $i", true );
			} else {
				$page->newPageUpdater( $user )->setContent( SlotRecord::MAIN, new WikitextContent( "Text $i.\n" ) )
					->saveRevision( CommentStoreComment::newUnsavedComment( "edit $i" ), EDIT_INTERNAL );
			}
			DeferredUpdates::doUpdates();
		}
	}
}

$maintClass = WriteOn::class;
require_once RUN_MAINTENANCE_IF_MAIN;
