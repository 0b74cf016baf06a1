import SystemPackage

@testable import WikiDumpKit

/// The files that tell of a run, which the monitor and a later run read back.
enum StatusChecks {
    static let farm = FarmSettings(publicTree: "/public", privateTree: "/private", temporaryTree: "/temp")

    /// A run of a wiki with some jobs.
    static func run(_ jobs: [JobRecord]) throws -> RunRecord {
        guard let wiki = WikiName("demowiki"), let date = DumpDate("20261124") else {
            throw Violation(description: "a name is refused")
        }
        return RunRecord(wiki: wiki, date: date, updated: UTCTime(seconds: 1_800_000_000), jobs: jobs)
    }

    /// `dumpruninfo.txt`.
    static func runInfo(_ data: [UInt8]) throws {
        let entries = RunInfoFile.parse(String(decoding: data, as: UTF8.self))
        for name in entries.keys {
            try require(!name.isEmpty && !name.contains(where: \.isNewline), "a job in two lines")
        }
        let record = try run(
            entries.map { JobRecord(name: $0.key, title: "", status: $0.value.status, updated: $0.value.updated) })
        let again = RunInfoFile.parse(String(decoding: RunInfoFile.text(record), as: UTF8.self))
        try require(again == entries, "other jobs, read again: \(again), not \(entries)")
        _ = try JSONValue(parsing: RunInfoFile.json(record))
    }

    /// The line of `status.html`.
    static func statusLine(_ data: [UInt8]) throws {
        let text = String(decoding: data, as: UTF8.self)
        let state = RunState(statusLine: text)
        guard let parsed = StatusLine.parse(text) else {
            try require(state == .interrupted, "a run without a state is \(state)")
            return
        }
        for words in [parsed.state.text, parsed.state.remark] {
            try require(!words.contains("<") && !words.contains("\n"), "a state with a tag or a line end")
        }
        guard !parsed.state.name.contains("'") else { return }
        let again = StatusLine.parse("<li>\(parsed.updated?.statusText ?? "") : \(parsed.state.html)</li>\n")
        try require(again == parsed, "another state, read again")
        try require(
            RunState(statusLine: "<li> \(parsed.state.html)</li>") == state, "another end of the run, read again")
    }

    /// `dumpruninfo.txt`, `report.json` and `dumpstatus.json` together. What was read and published is read the same again.
    static func storedRun(_ data: [UInt8]) throws {
        let jobs = (try? JSONValue(parsing: data))?["jobs"]?.members?.map(\.key) ?? []
        let lines = (jobs + ["articlesdump"]).map { "name:\($0); status:done; updated:2026-11-24 02:14:32\n" }
        guard let first = try read(data, report: data, info: Array(lines.joined().utf8)) else {
            throw Violation(description: "the run is lost")
        }
        for file in first.jobs.flatMap(\.files) {
            try require(file.name.isPlainFileName, "a file with an unsafe name: \(file.name)")
        }
        let info = RunInfoFile.text(first)
        let (status, report) = (DumpStatusFile.json(first, farm: farm), ReportFile.json(first, farm: farm))
        guard let second = try read(status, report: report, info: info) else {
            throw Violation(description: "the run is lost")
        }
        try require(DumpStatusFile.json(second, farm: farm) == status, "another dumpstatus.json, read again")
        try require(ReportFile.json(second, farm: farm) == report, "another report.json, read again")
        _ = (StatusLine.html(first, farm: farm), first.damage, first.lackingJobs)
        try TemplateChecks.checkPage(of: first)
    }

    private static func read(_ status: [UInt8], report: [UInt8], info: [UInt8]) throws -> RunRecord? {
        let empty = try run([])
        let disk = try FileSystem.holding([
            DumpStatusFile.fileName: status, ReportFile.fileName: report, RunInfoFile.textName: info,
        ])
        return try StoredRun.read(
            wiki: empty.wiki, date: empty.date, isPrivate: false, isClosed: false, folder: "/farm",
            updated: empty.updated, on: disk)
    }

    /// The lists of hashes.
    static func sums(_ data: [UInt8]) throws {
        let text = String(decoding: data, as: UTF8.self)
        for kind in HashKind.allCases {
            let sums = ChecksumFiles.parse(text, kind: kind)
            for (name, hash) in sums {
                try require(
                    !name.isEmpty && !name.utf8.contains(0x0A) && !name.utf8.contains(0x0D), "a name in two lines")
                let isHash = hash.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
                }
                try require(isHash && hash.utf8.count == kind.digits, "\(hash) is no hash")
            }
            let again = ChecksumFiles.parse(sums.map { "\($0.value)  \($0.key)\n" }.joined(), kind: kind)
            try require(again == sums, "other hashes, read again")
        }
    }
}
