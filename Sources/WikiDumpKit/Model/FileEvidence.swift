/// The evidence that a file holds what it should. Its certificate is made from it.
public struct FileEvidence: Sendable, Hashable {
    /// What the source says the file should hold; nil if the source cannot say.
    public var expected: FileContents?
    /// What was written.
    public var found: FileContents
    /// Problems in the source that concern this file.
    public var problems: ProblemTally
    /// What the file lacks because the wiki hides it.
    public var withheld = Withheld()
    /// When the content of the file was frozen.
    public var snapshotTime: UTCTime?
    /// When the saved siteinfo file was made; nil if the wiki itself was asked.
    public var siteInfoTime: UTCTime?
    /// The wiki's software, such as `MediaWiki 1.39.17`.
    public var software: String?
    /// The program that made the file, such as `dumpctl 0.1.0`.
    public var program: String

    /// Makes evidence.
    public init(
        expected: FileContents? = nil, found: FileContents = FileContents(), problems: ProblemTally = ProblemTally(),
        snapshotTime: UTCTime? = nil, software: String? = nil, program: String? = nil
    ) {
        self.expected = expected
        self.found = found
        self.problems = problems
        self.snapshotTime = snapshotTime
        self.software = software
        self.program = program ?? Program.nameAndVersion
    }

    /// A count on which a file and the source disagree.
    public struct Disagreement: Sendable, Hashable, CustomStringConvertible {
        /// What was counted, such as `revisions`.
        public let what: String
        /// The count in the file.
        public let found: Int64
        /// The count it should have.
        public let expected: ClosedRange<Int64>

        var expectedText: String {
            expected.lowerBound == expected.upperBound
                ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
        }

        /// The disagreement in words: `36 revisions instead of 37`.
        public var description: String { "\(found) \(what) instead of \(expectedText)" }
    }

    /// The counts that differ from what was expected, minus the known omissions; empty if all is well.
    ///
    /// Counts must match exactly. The highest id may be lower only if something was left out.
    /// - Parameter unplacedPages: The number of omitted pages that may or may not belong in this file.
    public func disagreements(unplacedPages: Int64 = 0) -> [Disagreement] {
        guard let expected else { return [] }
        var list: [Disagreement] = []
        func compare(_ what: String, _ found: Int64?, _ most: Int64?, missing: Int64 = 0, unplaced: Int64 = 0) {
            guard let most, let found else { return }
            let least = max(0, most &- missing)
            let range = least...max(least, least &+ unplaced)
            if !range.contains(found) { list.append(Disagreement(what: what, found: found, expected: range)) }
        }
        func compare(
            _ what: String, _ path: KeyPath<FileContents, FileContents.Numbered?>, missing: Int64, unplaced: Int64 = 0
        ) {
            let (found, wanted) = (found[keyPath: path], expected[keyPath: path])
            compare(what, found?.count, wanted?.count, missing: missing, unplaced: unplaced)
            guard let found, let last = wanted?.last else { return }
            let reached = found.last ?? 0
            if reached == last || missing > 0 && reached < last { return }
            list.append(Disagreement(what: "as last id of \(what)", found: reached, expected: last...last))
        }
        compare("pages", \.pages, missing: problems.omittedPages, unplaced: unplacedPages)
        compare("revisions", \.revisions, missing: problems.omittedRevisions)
        compare("log entries", \.logEntries, missing: problems.omittedLogEntries)
        compare("lines", found.lines, expected.lines, missing: problems.omittedPages, unplaced: unplacedPages)
        compare("rows", found.rows, expected.rows)
        compare("bytes of text", found.textBytes, expected.textBytes)
        compare("bytes", found.bytes, expected.bytes)
        return list
    }

    /// Throws if a count disagrees, so that the file is withheld.
    /// - Throws: ``DumpError`` with code `outputBad`.
    func check(_ name: String, unplacedPages: Int64 = 0) throws(DumpError) {
        let faults = disagreements(unplacedPages: unplacedPages)
        if faults.isEmpty { return }
        let found = faults.map { "\($0.found) \($0.what)" }.joined(separator: " and ")
        let expected = faults.map(\.expectedText).joined(separator: " and ")
        throw DumpError(
            .outputBad, "\(name) would hold \(found), but the source holds \(expected)",
            remedy: "the file was withheld; check the database, and report this if it is sound")
    }
}
