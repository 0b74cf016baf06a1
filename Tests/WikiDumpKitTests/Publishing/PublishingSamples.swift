import WikiDumpKit

/// Runs like those of a real farm.
enum Sample {
    static let time = UTCTime(seconds: 1_795_486_472)

    static func wiki(_ text: String = "testwiki") -> WikiName {
        guard let name = WikiName(text) else { fatalError("\(text) is no name of a wiki") }
        return name
    }

    static func date(_ text: String = "20261124") -> DumpDate {
        guard let date = DumpDate(text) else { fatalError("\(text) is no date") }
        return date
    }

    static func hashes(_ digit: Character = "a") -> FileHashes {
        FileHashes(
            md5: String(repeating: digit, count: 32), sha1: String(repeating: digit, count: 40),
            sha256: String(repeating: digit, count: 64))
    }

    static func job(
        _ name: String, _ status: JobStatus, files: [String] = [], wiki: String = "testwiki",
        date: String = "20261124", message: String? = nil
    ) -> JobRecord {
        JobRecord(
            name: name, title: "The \(name) & more", status: status, updated: status == .waiting ? nil : time,
            files: files.map {
                FileRecord(
                    name: "\(wiki)-\(date)-\($0)", size: status == .waiting ? nil : 10_500, isComplete: status == .done,
                    hashes: status == .done ? hashes() : nil)
            }, message: message)
    }

    static func run(
        _ jobs: [JobRecord], wiki: String = "testwiki", date: String = "20261124", isPrivate: Bool = false,
        isFinished: Bool = true
    ) -> RunRecord {
        RunRecord(
            wiki: self.wiki(wiki), date: self.date(date), isPrivate: isPrivate, updated: time, jobs: jobs,
            isFinished: isFinished)
    }

    static let three = run(
        [
            job("pagetable", .done, files: ["page.sql.gz"]),
            job("xmlstubsdump", .inProgress, files: ["stub-articles.xml.gz"], message: "12 pages"),
            job("articlesdump", .waiting, files: ["pages-articles.xml.bz2"]),
        ], isFinished: false)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
