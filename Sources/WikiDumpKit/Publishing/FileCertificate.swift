import SystemPackage

/// `FILE.certificate.json`: what a dump file must hold, what it does hold, and what was left out and why.
///
/// A certificate is stored next to its file. It is not a dump file and is not listed with those; its name follows from the name
/// of the file.
struct FileCertificate: Sendable, Hashable {
    /// The ending of the name of a certificate.
    static let suffix = ".certificate.json"
    static let version: Int64 = 1

    var wiki: String
    var date: String
    var job: String
    var file: String
    var size: Int64
    var hashes: FileHashes
    /// What the file must hold and does hold.
    var evidence: FileEvidence
}

extension FileCertificate {
    /// Creates the certificate for a file of a finished job; nil if not enough is known about the file.
    init?(_ file: FileRecord, of job: JobRecord, in run: RunRecord) {
        guard case .offered(let size) = FileShowing(file, of: job), let hashes = file.hashes,
            let evidence = file.evidence
        else { return nil }
        self.init(
            wiki: run.wiki.description, date: run.date.description, job: job.name, file: file.name, size: size,
            hashes: hashes, evidence: evidence)
    }

    static func name(of file: String) -> String { file + suffix }

    /// Reads the certificate next to a file; nil if there is none or it is invalid.
    ///
    /// - Throws: ``DumpError`` if it exists but cannot be read.
    static func read(
        of file: String, in folder: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileCertificate? {
        guard let bytes = try files.bytes(folder.appending(name(of: file))) else { return nil }
        return try? FileCertificate(parsing: bytes)
    }

    /// The bytes of the certificate, with a newline at the end.
    var bytes: [UInt8] {
        let json: JSONValue = [
            "version": .integer(Self.version), "file": .string(file), "wiki": .string(wiki), "date": .string(date),
            "job": .string(job), "expected": evidence.expected.map { Self.json($0) },
            "found": Self.json(evidence.found),
            "skipped": Self.skipped(evidence.problems), "remarks": Self.remarks(evidence.problems),
            "withheld": evidence.withheld == Withheld() ? nil : Self.json(evidence.withheld),
            "snapshot": evidence.snapshotTime.map { .string($0.iso8601) },
            "siteinfo": evidence.siteInfoTime.map { .string($0.iso8601) },
            "software": evidence.software.map { .string($0) }, "program": .string(evidence.program),
            "size": .integer(size), "md5": .string(hashes.md5), "sha1": .string(hashes.sha1),
            "sha256": .string(hashes.sha256),
        ]
        return json.bytes + [UInt8(ascii: "\n")]
    }

    init(parsing bytes: [UInt8]) throws(DumpError) {
        let json = try JSONValue(parsing: bytes)
        func text(_ key: String) throws(DumpError) -> String {
            guard let text = json[key]?.string else { throw DumpError(.fileSystem, "the certificate has no \(key)") }
            return text
        }
        guard json["version"]?.integer == Self.version, let size = json["size"]?.integer, let found = json["found"]
        else {
            throw DumpError(.fileSystem, "this is not a certificate of version \(Self.version)")
        }
        var evidence = FileEvidence(
            expected: json["expected"].map(Self.contents), found: Self.contents(found),
            problems: try Self.problems(json),
            snapshotTime: Self.time(json["snapshot"]),
            software: json["software"]?.string, program: try text("program"))
        evidence.withheld = Self.withheld(json["withheld"] ?? .null)
        evidence.siteInfoTime = Self.time(json["siteinfo"])
        self.init(
            wiki: try text("wiki"), date: try text("date"), job: try text("job"), file: try text("file"), size: size,
            hashes: FileHashes(md5: try text("md5"), sha1: try text("sha1"), sha256: try text("sha256")),
            evidence: evidence)
    }

    private static func time(_ json: JSONValue?) -> UTCTime? {
        json?.string.flatMap { UTCTime(statusText: $0.replacing("T", with: " ").dropLast()) }
    }

    /// The JSON members for plain numbers, and the properties that hold them.
    private static var numbers: [(String, WritableKeyPath<FileContents, Int64?>)] {
        [("lines", \.lines), ("rows", \.rows), ("textBytes", \.textBytes), ("bytes", \.bytes)]
    }

    /// The same for items with ids: the name of the count, the suffix for the ids, and the property.
    private static var numbered: [(String, String, WritableKeyPath<FileContents, FileContents.Numbered?>)] {
        [
            ("pages", "PageID", \.pages), ("revisions", "RevisionID", \.revisions),
            ("logEntries", "LogID", \.logEntries),
        ]
    }

    static func json(_ contents: FileContents) -> JSONValue {
        var members: [JSONValue.Member] = []
        for (name, id, path) in numbered {
            guard let items = contents[keyPath: path] else { continue }
            members.append(JSONValue.Member(name, .integer(items.count)))
            if let first = items.first { members.append(JSONValue.Member("first" + id, .integer(first))) }
            if let last = items.last { members.append(JSONValue.Member("last" + id, .integer(last))) }
        }
        for (name, path) in numbers {
            if let number = contents[keyPath: path] { members.append(JSONValue.Member(name, .integer(number))) }
        }
        return .object(members)
    }

    private static func contents(_ json: JSONValue) -> FileContents {
        var contents = FileContents()
        for (name, id, path) in numbered {
            guard let count = json[name]?.integer else { continue }
            contents[keyPath: path] = FileContents.Numbered(
                count: count, first: json["first" + id]?.integer, last: json["last" + id]?.integer)
        }
        for (name, path) in numbers { contents[keyPath: path] = json[name]?.integer }
        return contents
    }

    private static func json(_ withheld: Withheld) -> JSONValue {
        [
            "logTypes": withheld.logTypes.isEmpty ? nil : .array(withheld.logTypes.map { .string($0) }),
            "rows": positive(withheld.rows), "emptiedRows": positive(withheld.emptiedRows),
        ]
    }

    private static func positive(_ number: Int64) -> JSONValue? { number > 0 ? .integer(number) : nil }

    private static func withheld(_ json: JSONValue) -> Withheld {
        var types: [JSONValue] = []
        if case .array(let list) = json["logTypes"] { types = list }
        return Withheld(
            logTypes: types.compactMap(\.string), rows: json["rows"]?.integer ?? 0,
            emptiedRows: json["emptiedRows"]?.integer ?? 0)
    }

    /// What is missing, and why. Only the first items are listed.
    private static func skipped(_ problems: ProblemTally) -> JSONValue {
        let missing = problems.examples.filter(\.isDamage)
        return [
            "pages": .integer(problems.omittedPages), "revisions": .integer(problems.omittedRevisions),
            "logEntries": .integer(problems.omittedLogEntries), "incomplete": .integer(problems.incompleteItems),
            "strayTitles": positive(problems.strayTitles), "items": .array(missing.map { json($0) }),
            "unlisted": positive(problems.damage - Int64(missing.count)),
        ]
    }

    /// What was wrong but caused no loss. Only the first items are listed.
    private static func remarks(_ problems: ProblemTally) -> JSONValue? {
        let count = problems.count - problems.damage
        guard count > 0 else { return nil }
        return [
            "count": .integer(count), "knownBad": positive(problems.knownBadTexts),
            "items": .array(problems.examples.filter { !$0.isDamage }.map { json($0) }),
        ]
    }

    private static func json(_ problem: ContentProblem) -> JSONValue {
        [
            "page": problem.page.map { .integer($0) }, "revision": problem.revision.map { .integer($0) },
            "logEntry": problem.logEntry.map { .integer($0) },
            "what": problem.isDamage ? .string(problem.isOmission ? "left out" : "incomplete") : nil,
            "reason": .string(problem.message),
        ]
    }

    /// More items than a wiki can have. The counts of thousands of certificates can be added.
    private static let mostItems = Int64(1) << 48

    private static func problems(_ json: JSONValue) throws(DumpError) -> ProblemTally {
        let skipped = json["skipped"] ?? .null
        let remarks = json["remarks"] ?? .null
        func count(_ key: String, in list: JSONValue) throws(DumpError) -> Int64 {
            let number = list[key]?.integer ?? 0
            guard (0...mostItems).contains(number) else {
                throw DumpError(.fileSystem, "the certificate has \(number) as \(key)")
            }
            return number
        }
        func count(_ key: String) throws(DumpError) -> Int64 { try count(key, in: skipped) }
        let examples = [skipped, remarks].flatMap { list -> [ContentProblem] in
            guard case .array(let items) = list["items"] else { return [] }
            return items.map { item in
                ContentProblem(
                    page: item["page"]?.integer, revision: item["revision"]?.integer,
                    logEntry: item["logEntry"]?.integer, message: item["reason"]?.string ?? "",
                    isOmission: item["what"]?.string == "left out", isLoss: item["what"]?.string == "incomplete")
            }
        }
        let (pages, revisions) = (try count("pages"), try count("revisions"))
        let (logEntries, incomplete) = (try count("logEntries"), try count("incomplete"))
        return ProblemTally(
            examples: examples, count: pages + revisions + logEntries + incomplete + (try count("count", in: remarks)),
            omittedPages: pages, omittedRevisions: revisions, omittedLogEntries: logEntries,
            incompleteItems: incomplete, knownBadTexts: try count("knownBad", in: remarks),
            strayTitles: try count("strayTitles"))
    }
}

extension FileRecord {
    /// Creates the record of an existing file. Its hashes are those stored next to it, or are computed again.
    /// - Parameter files: Reads the small files beside it.
    static func stored(
        _ name: String, in directory: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileRecord? {
        let path = directory.appending(name)
        guard let status = try files.fileSystem.status(path), status.isFile else { return nil }
        let hashes: FileHashes
        if let known = try ChecksumFiles.read(of: name, in: directory, files) {
            hashes = known
        } else {
            hashes = try FileHashes(of: path, on: files.fileSystem)
        }
        // A certificate of another file with the same name, such as an older one, is ignored.
        let certificate = try FileCertificate.read(of: name, in: directory, files)
        let isOfFile = certificate?.size == status.size && certificate?.hashes == hashes
        var evidence = isOfFile ? certificate?.evidence : nil
        if certificate == nil, try files.fileSystem.status(directory.appending(FileCertificate.name(of: name))) != nil {
            // It is damaged. A new one says what is still known, or verification would complain for ever.
            evidence = FileEvidence()
        }
        return FileRecord(name: name, size: status.size, isComplete: true, hashes: hashes, evidence: evidence)
    }
}
