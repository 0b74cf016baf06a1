import SystemPackage

/// Where MediaWiki is installed, sections `[wiki]` and `[tools]`, and how its scripts are run.
struct MediaWikiSettings: Sendable, Hashable {
    /// The folder of MediaWiki; nil if it is not here.
    var directory: FilePath?
    /// The folder of `MWScript.php`; nil without one.
    var multiversion: FilePath?
    /// The PHP that runs its scripts.
    var php: FilePath = "/usr/bin/php"
    /// How often a script that failed is run again, `[misc] maxretries`.
    var retries = 3
    /// Seconds before it is run again, doubled each time, `[chunks] retrywait`.
    var retryWait = 30
    /// Seconds without a sign of life after which a script is stopped, `[source] hanglimit`; 0 for never.
    var hangLimit = 1800

    /// Seconds that a script may take; 0 for no limit, `[source] timelimit`.
    var timeLimit = 0

    /// Whether texts of an older dump are taken from 7z files rather than from bzip2 files, `[misc] sevenzipprefetch`.
    var prefersSevenZip = false

    /// Makes settings of a MediaWiki that is not here.
    init() {}
}
