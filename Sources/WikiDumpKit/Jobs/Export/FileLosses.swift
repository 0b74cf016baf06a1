/// What a file lacks because the source is damaged, for each kind of item and in total.
struct FileLosses {
    /// The loss of one kind of item.
    struct Loss {
        /// What is counted, such as `revisions`.
        let what: String
        let missing: Int64
        /// The number that the file would have if nothing were missing.
        let total: Int64
    }

    /// The total, followed by each kind of which something is missing.
    let list: [Loss]

    /// - Parameters:
    ///   - evidence: What is known about the file.
    ///   - readableTexts: The number of texts of the file that could be read; nil if nobody counted them or the file has none.
    init(_ evidence: FileEvidence, readableTexts: Int64? = nil) {
        let (expected, found, problems) = (evidence.expected, evidence.found, evidence.problems)
        func total(_ path: KeyPath<FileContents, FileContents.Numbered?>, missing: Int64) -> Int64? {
            expected?[keyPath: path]?.count ?? found[keyPath: path].map { $0.count + missing }
        }
        var kinds: [Loss] = []
        func add(_ what: String, _ path: KeyPath<FileContents, FileContents.Numbered?>, _ missing: Int64) {
            guard let total = total(path, missing: missing) else { return }
            kinds.append(Loss(what: what, missing: missing, total: total))
        }
        add("pages", \.pages, problems.omittedPages)
        add("revisions", \.revisions, problems.omittedRevisions)
        add("log entries", \.logEntries, problems.omittedLogEntries)
        let items = kinds.map(\.total).max() ?? 0
        // A title in a namespace that no longer exists is still complete, so it is not a loss.
        let incomplete = problems.incompleteItems - problems.strayTitles
        let texts = readableTexts.map { $0 + incomplete } ?? items
        kinds.append(Loss(what: "texts", missing: incomplete, total: texts))
        // A page is left out because all of its revisions are, so the two must not be added up.
        let missing = max(problems.omittedPages, problems.omittedRevisions) + problems.omittedLogEntries
        let all = Loss(what: "items", missing: missing + incomplete, total: max(items, texts))
        list = ([all] + kinds).filter { $0.missing > 0 }
    }
}

extension JobContext {
    /// The evidence that a job has about a file, together with what is known about the snapshot.
    /// - Parameters:
    ///   - expected: What the file must hold according to the snapshot; nil if the snapshot cannot tell.
    ///   - found: What was written.
    ///   - problems: What could not be read properly.
    public func evidence(
        expected: FileContents? = nil, found: FileContents = FileContents(), problems: ProblemTally = ProblemTally()
    ) -> FileEvidence {
        var evidence = FileEvidence(
            expected: expected, found: found, problems: problems, snapshotTime: snapshotTime,
            software: snapshot.siteInfo.generator)
        evidence.withheld = withheld
        evidence.siteInfoTime = snapshot.facts.savedAt
        return evidence
    }

    /// Throws if a file does not hold what it should, or lacks too much, so that the file is withheld.
    /// - Parameter readableTexts: The number of texts of the file that could be read; nil if nobody counted them or the file
    ///   has none.
    /// - Throws: ``DumpError`` with code `outputBad`, or with code `damaged` if too much is missing.
    func check(
        _ evidence: FileEvidence, of name: String, unplacedPages: Int64 = 0, readableTexts: Int64? = nil
    ) throws(DumpError) {
        try evidence.check(name, unplacedPages: unplacedPages)
        let limit = wiki.settings.damageLimit
        let losses = FileLosses(evidence, readableTexts: readableTexts).list
        guard let loss = losses.first(where: { !limit.allows($0.missing, of: $0.total) }) else { return }
        let first = evidence.problems.examples.first(where: \.isDamage).map { "; the first: \($0)" } ?? ""
        let (extent, remedy) =
            loss.missing >= loss.total
            ? ("all of its \(loss.total) \(loss.what)", "the file was withheld; repair the database")
            : (
                "\(loss.missing) of \(loss.total) \(loss.what), and [misc] maxdamaged allows \(limit)",
                "the file was withheld; repair the database, or raise [misc] maxdamaged"
            )
        throw DumpError(.damaged, "\(name) would lack \(extent)\(first)", remedy: remedy)
    }
}
