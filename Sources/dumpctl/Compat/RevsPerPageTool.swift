import MWBzUtils

/// `revsperpage`: prints how many revisions each page of a stub dump has.
enum RevsPerPageTool: OldTool {
    static let name = "revsperpage"
    static let tellsHelpFirst = true

    static let options: [OldOptions.Option] = [
        .init("all", "a"), .init("batch", "B", takesValue: true), .init("bytes", "b"), .init("concise", "c"),
        .init("cutoff", "C", takesValue: true), .init("help", "h"), .init("maxrevlen", "m"), .init("title", "t"),
        .init("version", "V"),
    ]

    static let help = """
        Usage: revsperpage [-a] [-b] [-m] [-t] [-c] [-B N] [-C N] < STUB_DUMP
        Prints a line for each page of an export: how many revisions it has.

          -a, --all        all namespaces, not only the main one, and the page ids
          -b, --bytes      the sum of the sizes of all revisions
          -m, --maxrevlen  the size of the longest revision
          -t, --title      the title, as it stands in the XML
          -c, --concise    the values only, with ':' between them
          -B, --batch N    one line for N pages, with the id and title of the last
          -C, --cutoff N   leave out what has no more than N revisions
          -h, --help       this text
          -V, --version    the version
        The new name of this program: dumpctl revisions-per-page

        """

    static func run(_ options: OldOptions) async -> Int32? {
        guard let batch = options.number("batch", default: 1), batch > 0,
            let cutoff = options.number("cutoff", default: 0), options.operands.isEmpty
        else { return nil }
        var report = PageReport(takesAllNamespaces: options.has("all"), batchSize: batch, cutoff: cutoff)
        let output = StandardOutput()
        do throws(BzError) {
            try await report.read(.standardInput, taskCount: 1) { page throws(BzError) in
                try output.write(line(page, options))
            }
            try output.flush()
        } catch {
            // The lines before the damage are right.
            try? output.flush()
            complain("\(name): \(error)")
            return 1
        }
        return 0
    }

    private static func line(_ page: PageCount, _ options: OldOptions) -> [UInt8] {
        var fields: [(label: String, value: [UInt8])] = []
        if options.has("all") { fields.append(("page", Array("\(page.page.id)".utf8))) }
        if options.has("bytes") { fields.append(("bytes", Array("\(page.byteCount)".utf8))) }
        if options.has("maxrevlen") { fields.append(("maxrevlen", Array("\(page.longestText)".utf8))) }
        fields.append(("revs", Array("\(page.revisionCount)".utf8)))
        if options.has("title") { fields.append(("title", page.page.title)) }
        let isConcise = options.has("concise")
        let texts = fields.map { isConcise ? $0.value : Array("\($0.label):".utf8) + $0.value }
        return Array(texts.joined(separator: [UInt8(ascii: isConcise ? ":" : " ")])) + [UInt8(ascii: "\n")]
    }
}
