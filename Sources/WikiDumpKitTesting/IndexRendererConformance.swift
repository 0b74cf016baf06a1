import SystemPackage
public import WikiDumpKit

/// Checks that a renderer meets the requirements of the protocol `IndexRenderer` of WikiDumpKit.
///
/// ```swift
/// try await IndexRendererConformance(MyRenderer()).check()
/// ```
public struct IndexRendererConformance: Sendable {
    private let renderer: any IndexRenderer

    /// Creates the checks for a renderer.
    public init(_ renderer: any IndexRenderer) { self.renderer = renderer }

    /// Runs all checks.
    /// - Throws: ``ConformanceViolation`` for the first broken rule; `DumpError` if the renderer itself failed.
    public func check() async throws {
        try checkRunPage()
        try checkSiteIndex()
        try checkWikiPage()
    }

    /// Text that must not appear unescaped in a page. In part of it, a quote is followed by a combining mark. Together they
    /// form one character, so escaping character by character would miss the quote.
    private static let hostile = "<script>alert(1)</script>\" onload=x '&amp; \"\u{301}\u{600}<img src=x>\u{0}"

    private var farm: FarmSettings {
        var farm = FarmSettings(publicTree: "/public", privateTree: "/private", temporaryTree: "/temp")
        farm.webRoot = "https://dumps.example.org/data"
        return farm
    }

    private func checkRunPage() throws {
        guard let wiki = WikiName("be-x_old2"), let date = DumpDate("20261124"), let before = DumpDate("20261101")
        else {
            throw ConformanceViolation("the names used by this check cannot be made")
        }
        let time = UTCTime(seconds: 1_795_486_472)
        let statuses = JobStatus.allCases
        let jobs = statuses.enumerated().map { index, status in
            JobRecord(
                name: "job\(index)", title: "Title \(index) \(Self.hostile)", detail: "Detail \(index) \(Self.hostile)",
                status: status, updated: time,
                files: [
                    FileRecord(
                        name: "be-x_old2-20261124-file\(index).gz", size: 2_097_152, isComplete: status == .done)
                ], message: "Message \(index) \(Self.hostile)")
        }
        var run = RunRecord(
            wiki: wiki, date: date, updated: time, jobs: jobs, previous: before, notice: "Notice \(Self.hostile)")
        for isFinished in [false, true] {
            run.isFinished = isFinished
            let bytes = try renderer.runPage(run, farm: farm)
            try require(try renderer.runPage(run, farm: farm) == bytes, "the same run gives the same page")
            let page = try text(bytes, of: "the page of a run")
            try checkEscaping(page, of: "the page of a run")
            for part in ["be-x_old2", "Notice", "20261101"] { try requireText(part, in: page, of: "the page of a run") }
            for (index, status) in statuses.enumerated() {
                for part in ["Title \(index)", "Message \(index)", "file\(index).gz", status.rawValue] {
                    try requireText(part, in: page, of: "the page of a run")
                }
            }
            let links = page.split(separator: "href=").dropFirst().map { $0.prefix { $0 != ">" } }
            for (index, status) in statuses.enumerated() {
                let isLinked = links.contains { $0.contains("file\(index).gz") }
                try require(
                    isLinked == (status == .done),
                    "the page of a run has \(isLinked ? "a" : "no") link to a file whose job is \(status)")
            }
        }
    }

    private func checkSiteIndex() throws {
        let time = UTCTime(seconds: 1_795_486_472)
        guard let open = WikiName("openwiki"), let fresh = WikiName("freshwiki"), let secret = WikiName("secretwiki"),
            let date = DumpDate("20261124"), let secretDate = DumpDate("20251213")
        else { throw ConformanceViolation("the names used by this check cannot be made") }
        let active = JobRecord(
            name: "j", title: "Active \(Self.hostile)", status: .inProgress, message: "Half \(Self.hostile)")
        let hidden = JobRecord(
            name: "secretjob", title: "Secret title", status: .inProgress,
            files: [FileRecord(name: "secretwiki-20251213-file.gz", size: 5)], message: "Secret progress")
        let site = SiteRecord(
            status: "Status \(Self.hostile)",
            entries: [
                SiteRecord.Entry(
                    wiki: open, isPrivate: false, isClosed: false, date: date, statusText: "Words \(Self.hostile)",
                    statusClass: "in-progress", updated: time, activeJobs: [active]),
                SiteRecord.Entry(
                    wiki: fresh, isPrivate: false, isClosed: true, date: nil, statusText: "has not yet been dumped",
                    statusClass: "missing", updated: nil),
                SiteRecord.Entry(
                    wiki: secret, isPrivate: true, isClosed: false, date: secretDate, statusText: "Secret state",
                    statusClass: "in-progress", updated: UTCTime(seconds: 1_765_604_096), activeJobs: [hidden]),
            ], updated: time)
        for order in SiteRecord.Order.allCases {
            let what = "the index page"
            let bytes = try renderer.siteIndex(site, order: order, farm: farm)
            try require(
                try renderer.siteIndex(site, order: order, farm: farm) == bytes, "the same farm gives the same page")
            let page = try text(bytes, of: what)
            try checkEscaping(page, of: what)
            let parts = [
                "Status", "Words", "Active", "Half", "openwiki", "freshwiki", "has not yet been dumped", "secretwiki",
                "Secret state",
            ]
            for part in parts { try requireText(part, in: page, of: what) }
            for part in [
                "secretjob", "Secret title", "Secret progress", "secretwiki-", "secretwiki/", "20251213", "2025-12-13",
            ] where page.contains(part) {
                throw ConformanceViolation("the index page reveals `\(part)` of a private wiki")
            }
            try require(
                page.contains("openwiki/20261124"), "the index page has no link to the newest run of a public wiki")
        }
    }

    private func checkWikiPage() throws {
        guard let wiki = WikiName("be-x_old2"), let date = DumpDate("20261124"), let before = DumpDate("20261101")
        else { throw ConformanceViolation("the names used by this check cannot be made") }
        let what = "the page of a wiki"
        let runs = [date, before].map { date in
            WikiRecord.Run(
                date: date, statusText: "Words \(Self.hostile)", statusClass: "done",
                statusRemark: "Remark \(Self.hostile)",
                updated: UTCTime(seconds: 1_795_486_472), isComplete: true, files: 3, bytes: 2_097_152, pages: 7)
        }
        let record = WikiRecord(wiki: wiki, runs: runs)
        guard let bytes = try renderer.wikiPage(record, farm: farm) else { return }
        try require(try renderer.wikiPage(record, farm: farm) == bytes, "the same wiki gives the same page")
        let page = try text(bytes, of: what)
        try checkEscaping(page, of: what)
        for part in ["be-x_old2", "Words", "20261124/", "20261101/"] { try requireText(part, in: page, of: what) }
    }

    private func text(_ bytes: [UInt8], of what: String) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConformanceViolation("\(what) is not valid UTF-8")
        }
        return text
    }

    private func requireText(_ part: String, in page: String, of what: String) throws {
        try require(page.contains(part), "\(what) does not show `\(part)`")
    }

    /// Searches the bytes for hostile text, because a browser does not combine characters.
    private func checkEscaping(_ page: String, of what: String) throws {
        let bytes = Array(page.utf8)
        try require(!bytes.contains(0), "\(what) contains a NUL")
        for part in ["<script>alert", "<img src=x", "\" onload=x", "' &amp; \"", "\"\u{301}"] {
            let needle = Array(part.utf8)
            try require(bytes.firstRange(of: needle) == nil, "\(what) does not escape `\(part)`")
        }
    }
}
