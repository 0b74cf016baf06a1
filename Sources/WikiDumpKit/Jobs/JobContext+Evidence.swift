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
}
