extension JobContext {
    /// What a job can show about a file, with what is known of the snapshot that it was made from.
    /// - Parameters:
    ///   - expected: What the snapshot says has to be in the file; nil if it cannot say.
    ///   - found: What was written.
    ///   - problems: What could not be read as it should be.
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

    /// Withholds a file that does not hold what it should, or that lacks too much of it.
    /// - Parameter readableTexts: how many texts of the file could be read; nil if nobody counted, or it has none.
    /// - Throws: ``DumpError`` with code `outputBad`; with code `damaged` if too much is lacking.
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
