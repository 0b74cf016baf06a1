/// How an export of pages is written.
public enum ExportStyle: Sendable, Hashable {
    /// As MediaWiki's `dumpBackup.php --stub` writes it: texts are only described, and where they are stored is shown.
    case stub
    /// As MediaWiki's `dumpTextPass.php` writes it from a stub: with texts.
    case pages
}
