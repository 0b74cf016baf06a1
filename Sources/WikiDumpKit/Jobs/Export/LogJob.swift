import Logging

/// Exports the log as XML.
struct LogJob: Job {
    let name = "xmlpagelogsdump"
    let title = "Log events of all pages and users"
    let detail: String? = "Who did what to which page and when, without events that only some users may see"

    static let fileName = "pages-logging.xml.gz"
    /// The selection is a placeholder: the log is not selected by pages.
    static let file = ExportFile(name: fileName, selection: .metaHistory, compression: .gzip)

    /// Whether and how the file is written in parts.
    var parts: PartSettings = PartSettings()

    var reads: Set<ContentPart> { [.log] }

    /// One file, or one for each part. Empty if the number of parts is not known yet.
    func fileNames(prefix: String) -> [String] { fileNames(prefix: prefix, known: [:], among: nil) }

    /// The names of the files. If the parts are not planned, the parts that were found are returned.
    func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
        guard parts.isEnabled else { return [prefix + Self.fileName] }
        func names(of parts: ClosedRange<Int>) -> [String] {
            parts.map { prefix + DumpPiece(part: $0, ids: DumpPiece.whole.ids, isRange: false).name(of: Self.fileName) }
        }
        if let count = known[RunMemory.logSubset]?.count ?? parts.logEntries.count {
            return names(of: 1...max(1, count))
        }
        guard let found else { return [] }
        let parsed = found.compactMap { DumpFileName(file: $0, prefix: prefix) }.filter {
            $0.part != nil && $0.whole.description == Self.fileName
        }
        // If nothing was found, at least the first part is missing.
        if parsed.isEmpty { return names(of: 1...1) }
        return parsed.sorted { $0.order < $1.order }.map { prefix + $0.description }
    }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        var context = context
        context.withheld.logTypes = try await context.snapshot.unknownLogTypes()
        if !context.withheld.logTypes.isEmpty {
            context.logger.notice(
                """
                the log of \(context.wiki.name) is written without the types \
                \(context.withheld.logTypes.joined(separator: ", ")): the wiki was not asked whether it restricts them; \
                name those that anybody may see in [source] publiclogs
                """)
        }
        do throws(DumpError) { return try await write(context) } catch {
            // MediaWiki's script leaves out the types that the wiki restricts, but the wiki did not say which those are, so the
            // counts may differ.
            guard error.code == .outputBad, context.producer != nil, !context.withheld.logTypes.isEmpty
            else { throw error }
            throw DumpError(
                .outputBad,
                """
                \(error.message); the wiki's PHP did not say which types of log entries it restricts, so these count as \
                restricted: \(context.withheld.logTypes.joined(separator: ", "))
                """,
                remedy:
                    "see at the beginning of the log of the run why PHP did not answer, and correct dir in [wiki]; or name "
                    + "those types that anybody may see in [source] publiclogs")
        }
    }

    private func write(_ context: JobContext) async throws(DumpError) -> JobReport {
        let counts = try await context.snapshot.counts()
        let plan = try plan(context, last: counts.lastLogID)
        let written = try await LogExport(plan: plan, context: context, counts: counts).write()
        return try [plan].report(of: name, written, context)
    }

    /// The parts, and which of them are written now.
    private func plan(_ context: JobContext, last: Int64) throws(DumpError) -> FilePieces {
        let tile = try settle(context, last: last)
        let file = Self.file
        var plan = FilePieces(job: name, file: file, tile: tile, wanted: tile)
        guard parts.isEnabled || context.options.part != nil else { return plan }
        let filter = FileFilter(options: context.options, prefix: context.prefix)
        plan.wanted = try filter.wanted(of: file.names, pieces: tile, parts: tile)
        if filter.isEverything, !context.beginsAnew(name) {
            let names = Set(try context.wiki.fileSystem.list(folder(of: context.wiki, date: context.date)))
            plan.wanted.removeAll { names.contains(context.prefix + $0.name(of: file.name)) }
        }
        return plan
    }

    /// The parts, which stay the same for the whole run.
    private func settle(_ context: JobContext, last: Int64) throws(DumpError) -> [DumpPiece] {
        guard parts.isEnabled else { return [.whole] }
        let memory = RunMemory(context.wiki, context.date)
        if let known = try memory.ranges()[RunMemory.logSubset], !known.isEmpty, known.allSatisfy({ $0.part != nil }) {
            return known.map { DumpPiece(part: $0.part, ids: $0.ids, isRange: false) }
        }
        let settled = parts.logParts(last: last)
        let ranges = settled.map { DumpPiece(part: $0.part, ids: $0.ids, isRange: true) }
        try memory.keep(ranges, of: RunMemory.logSubset)
        return settled
    }
}
