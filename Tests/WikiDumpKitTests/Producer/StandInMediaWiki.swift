import Foundation
import SystemPackage
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A wiki of the fixtures whose exports are "written" by a program in the place of PHP: it writes what the real scripts
/// wrote for the same database.
///
/// What the program was called with is in ``calls()``. A test changes what it does by lines of shell.
final class StandInMediaWiki {
    let run: RunFixture
    let wiki: FixtureWiki
    private let log: FilePath

    /// - Parameters:
    ///   - before: Lines of shell that come first; `$n` is how often the program was called before.
    ///   - pages: A filter for the XML of pages with texts; `emptied` takes the first text away.
    ///   - stubs: A filter for the XML of stubs; `without_page` takes the first page away.
    ///   - after: Lines of shell that come last.
    ///   - change: Gives the wiki other settings.
    init(
        _ name: String = "demowiki", before: String = "", pages: String = "cat", stubs: String = "cat",
        after: String = "", retries: Int = 0, hangLimit: Int = 600, change: (inout FixtureWiki) -> Void = { _ in }
    ) throws {
        run = try RunFixture()
        let root = run.farm.root
        log = root.appending("calls")
        let folder = Fixtures.root.appending("Tests/Fixtures/\(name)")
        let script = """
            #!/bin/sh
            n=$(grep -c -- --wiki= \(log) 2>/dev/null || true); n=${n:-0}
            echo "$*" >>\(log)
            \(before)
            emptied() { awk '!n && match($0, / xml:space="preserve">/) {
              print substr($0, 1, RSTART - 1) " />"; n = 1; s = $0 !~ /<.text>/; next }
              s { s = $0 !~ /<.text>/; next } 1'; }
            without_page() { awk '/<page>/ && !n++ {s=1} !s {print} /<.page>/ {s=0}'; }
            start=; end=; ids=
            for word; do case $word in --start=*) start=${word#*=};; --end=*) end=${word#*=};; esac; done
            # Leaves out pages and log entries that were not asked for.
            chosen() { awk -v start="$start" -v end="$end" -v ids="$ids" '
              BEGIN { count = split(ids, list, " "); for (i = 1; i <= count; i++) known[list[i]] = 1 }
              /^  <(page|logitem)>/ { held = ""; inside = 1; id = "" }
              inside {
                held = held $0 "\\n"
                if (id == "" && match($0, /^    <id>[0-9]+/)) id = substr($0, RSTART + 8, RLENGTH - 8) + 0
                if ($0 ~ /^  <.(page|logitem)>/) {
                  inside = 0
                  if (ids != "" ? id in known : (start == "" || id >= start + 0) && (end == "" || id < end + 0))
                    printf "%s", held
                }
                next
              } 1'; }
            write() { gzip -dc "\(folder)/$1.xml.gz" | chosen | $3 >"$2"; }
            kind=stub-meta-history
            case "$*" in
            *--logs*)
              for word; do case $word in --output=file:*) write pages-logging "${word#*:}" cat;; esac; done;;
            *dumpTextPass*)
              for word; do case $word in
                --stub=gzip:*) kind=${word##*stub-}; kind=pages-${kind%%.xml*}; kind=${kind%%[0-9]*}
                  ids="none $(gzip -dc "${word#*:}" | sed -n 's,^    <id>\\([0-9]*\\)</id>,\\1,p' | tr '\\n' ' ')";;
                --output=file:*) out=${word#*:};;
              esac; done
              write "$kind" "$out" "\(pages)";;
            *)
              out=
              for word in "$@" --output=file:; do case $word in
                --output=file:*) if [ -n "$out" ]; then write "$kind" "$out" "\(stubs)" & fi
                  out=${word#*:}; kind=stub-meta-history;;
                --filter=latest) kind=stub-meta-current;;
                --filter=notalk) kind=stub-articles;;
              esac; done; wait;;
            esac
            \(after)
            exit 0

            """
        let php = root.appending("php")
        try fileSystem.write(Array(script.utf8), to: php, permissions: 0o755)
        try fileSystem.makeDirectory(root.appending("mediawiki/maintenance"))
        for script in ["dumpBackup.php", "dumpTextPass.php"] {
            try fileSystem.write([], to: root.appending("mediawiki/maintenance/\(script)"))
        }
        var wiki = try FixtureWiki(name, folder: root)
        wiki.settings.source.producer = .mediawiki
        wiki.settings.source.mediaWiki.php = php
        wiki.settings.source.mediaWiki.directory = root.appending("mediawiki")
        wiki.settings.source.mediaWiki.retries = retries
        wiki.settings.source.mediaWiki.retryWait = 0
        wiki.settings.source.mediaWiki.hangLimit = hangLimit
        change(&wiki)
        self.wiki = wiki
    }

    /// The jobs whose files the scripts write, and the titles.
    var jobs: [any Job] { wiki.contentJobs }

    @discardableResult
    func dump(_ options: RunOptions = RunOptions(), date: String = "20261124") async throws -> RunRecord {
        try await wiki.dump(jobs, options, date: date, farm: run.farm)
    }

    /// What each call of the program said behind the name of the wiki, the folder of the test left out.
    func calls() throws -> [String] {
        (try fileSystem.text(log) ?? "").split(separator: "\n").map { line in
            String(line).replacing("\(run.farm.root)", with: "").replacing(/\.wikidump-[a-z0-9]+-/, with: "")
        }
    }

    func text(_ file: String, date: String = "20261124") async throws -> String {
        try await wiki.text(file, date: date)
    }
}

/// Where fixtures lie.
enum Fixtures {
    static let root = FilePath(
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path)

    /// What MediaWiki wrote for a wiki of the fixtures.
    static func golden(_ wiki: String, _ name: String) async throws -> String {
        try await unpacked(root.appending("Tests/Fixtures/\(wiki)/\(name).xml.gz"))
    }

    static func unpacked(_ path: FilePath) async throws -> String {
        let tool = path.string.hasSuffix(".gz") ? "gzip" : "bzip2"
        let done = try await CommandRunner().run(
            Invocation(tool, Command(tool, ["-dc", path.string]), output: .collected(limit: 1 << 26)))
        return String(decoding: done.output, as: UTF8.self)
    }
}

/// A wiki of the fixtures, with its real database.
struct FixtureWiki: Wiki {
    let name: WikiName
    let isPrivate = false
    let isClosed = false
    let directories: WikiDirectories
    var settings: WikiSettings
    /// The types of log entries that the wiki says to hide; nil if nobody asked it.
    var logRestrictions: Set<String>? = ["suppress"]

    init(_ name: String, folder: FilePath) throws {
        self.name = Sample.wiki(name)
        let home = Fixtures.root.appending(name == "oddwiki" ? "Tests/Fixtures/oddwiki" : "Examples/demo/wikis")
        directories = WikiDirectories(
            wiki: self.name, isPrivate: false, publicTree: folder.appending("public"),
            privateTree: folder.appending("private"), temporaryTree: folder.appending("temp"))
        settings = WikiSettings(
            source: SourceSettings(
                databasePath: home.appending("\(name).sqlite"), siteInfoPath: home.appending("\(name).siteinfo.json"),
                hiddenDetails: .mediawiki))
        settings.source.publicLogTypes = ["gizmo", "<t&\""]
        settings.multistream = true
        settings.tools.sevenZip = ""
        // One of them is damaged on purpose, and small.
        settings.damageLimit = DamageLimit(percent: 100)
    }

    func contentSource() throws(DumpError) -> any ContentSource {
        var source = settings.source
        source.scratch = directories.temporary
        // As if it was just asked.
        let siteInfo = try SiteInfoFile(source.siteInfoPath).ask().siteInfo
        var facts = WikiFacts(siteInfo: siteInfo)
        facts.logRestrictions = logRestrictions
        return try ContentSources.open(source, wiki: name, inquiry: facts)
    }

    /// The jobs that hold pages, the log and titles.
    var contentJobs: [any Job] { JobList.standard(for: settings) }

    @discardableResult
    func dump(
        _ jobs: [any Job], _ options: RunOptions = RunOptions(), date: String = "20261124", only names: [String]? = nil,
        farm: TemporaryFarm
    ) async throws -> RunRecord {
        try await JobRun(
            wiki: self, date: Sample.date(date), jobs: jobs,
            selection: names.map { JobSelection(names: $0) } ?? .all, options: options,
            publisher: RunPublisher(directories: directories, farm: farm.settings, renderer: PlainPages()),
            clock: FixedClock(Sample.time), logger: LogCapture().logger, width: 2
        ).run(EventCapture())
    }

    /// A file of a run, unpacked.
    func text(_ file: String, date: String = "20261124") async throws -> String {
        try await Fixtures.unpacked(directories.run(Sample.date(date)).appending("\(name)-\(date)-\(file)"))
    }
}

extension RunRecord {
    var messages: [String] { jobs.compactMap { $0.privateMessage } }
}
