extension JobContext {
    /// What a job can show about a file, with what is known of the snapshot that it was made from.
    /// - Parameters:
    ///   - expected: What the snapshot says has to be in the file; nil if it cannot say.
    ///   - found: What was written.
    ///   - problems: What could not be read as it should be.
    public func evidence(
        expected: FileContents? = nil, found: FileContents = FileContents(), problems: ProblemTally = ProblemTally()
    ) -> FileEvidence {
        FileEvidence(
            expected: expected, found: found, problems: problems, snapshotTime: snapshotTime,
            software: snapshot.siteInfo.generator)
    }

    /// Withholds a file that does not hold what it should, or that lacks too much of it.
    /// - Throws: ``DumpError`` with code `outputBad`.
    func check(_ evidence: FileEvidence, of name: String, unplacedPages: Int64 = 0) throws(DumpError) {
        try evidence.check(name, unplacedPages: unplacedPages)
        let limit = wiki.settings.damageLimit
        let (damage, items) = (evidence.problems.damage, evidence.itemCount)
        if limit.allows(damage, of: items) { return }
        let first = evidence.problems.examples.first(where: \.isDamage).map { "; the first: \($0)" } ?? ""
        throw DumpError(
            .outputBad,
            "\(name) would lack \(damage) of \(items) items, and [misc] maxdamaged allows \(limit)\(first)",
            remedy: "the file was withheld; repair the database, or raise [misc] maxdamaged")
    }
}

extension FileEvidence {
    /// How many items the source has for the file: revisions, pages or log entries.
    fileprivate var itemCount: Int64 {
        expected?.revisions?.count ?? expected?.pages?.count ?? expected?.logEntries?.count ?? 0
    }
}
