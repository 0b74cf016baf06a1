internal import SystemPackage

/// Writes each revision of a dump as a line of JSON, for programs that read tables.
///
/// Blocks are decoded and lines are written on several tasks at once; the lines keep the order of the dump. Memory does not grow
/// with the size of a page.
public struct RevisionLines: Sendable {
    /// Which revisions are wanted.
    public struct Selection: Sendable {
        /// The namespaces; nil for all.
        public var namespaces: Set<Int64>?
        /// The ids of the pages; nil for all.
        public var pages: [ClosedRange<Int64>]?
        /// Whether only the newest revision of each page is wanted: that of the latest time, and of these the largest id.
        public var isCurrent = false

        /// Selects everything.
        public init() {}

        func contains(_ page: PageRecord) -> Bool {
            if let pages, !pages.contains(where: { $0.contains(page.id) }) { return false }
            return namespaces.map { page.namespace.map($0.contains) ?? false } ?? true
        }
    }

    /// What was written.
    public struct Summary: Sendable, Hashable {
        /// Lines.
        public internal(set) var lineCount: Int64 = 0
        /// What a reader should know of the dump, in words.
        public internal(set) var remarks: [String] = []
    }

    private let dump: DumpSet
    private let selection: Selection

    /// Takes a dump of one or more files.
    public init(_ dump: DumpSet, _ selection: Selection = Selection()) {
        (self.dump, self.selection) = (dump, selection)
    }

    /// Writes the lines. The output is not finished.
    /// - Parameter taskCount: How many blocks are decoded at once, and how many groups of lines are made at once.
    /// - Throws: ``BzError`` with code `damaged` or `truncated` if the dump cannot be read to its end, after the revisions before
    ///   it were written; with code `damaged` too if the pieces of a page lie apart, and only the newest revision was wanted;
    ///   with code `wrongFormat` if it is no export of pages; or what the output throws.
    public func write(to output: any DumpOutput, taskCount: Int) async throws(BzError) -> Summary {
        let result: Result<Summary, BzError> = await withTaskGroup(of: LinePipeline.Made.self) { group in
            var pipeline = LinePipeline(limit: 2 * max(1, taskCount), output: output)
            var chooser = RevisionChooser(selection)
            do throws(BzError) {
                var problem: BzError?
                do throws(BzError) {
                    for member in dump.members {
                        try await read(member, taskCount: taskCount, &chooser) { line throws(BzError) in
                            try await pipeline.take(line, &group)
                        }
                    }
                } catch { problem = error }
                // What was read before a problem is true.
                if let line = chooser.finish() { try await pipeline.take(line, &group) }
                try await pipeline.finish(&group)
                if let problem { throw problem }
                if let doubt = chooser.doubt { throw doubt.naming(dump.name) }
                return .success(Summary(lineCount: pipeline.lineCount, remarks: chooser.remarks))
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read(
        _ member: DumpSet.Member, taskCount: Int, _ chooser: inout RevisionChooser,
        _ body: (RevisionLine) async throws(BzError) -> Void
    ) async throws(BzError) {
        let name = FileName(member.path.lastComponent?.string ?? "")
        var reader = ExportReader()
        var records: [ExportRecord] = []
        var blocks = PlacesOfBlocks()
        chooser.begin(RevisionLine.Source(wiki: nil, date: name.date, file: member.path.string))
        try await Self.forEachChunk(of: member.path, taskCount: taskCount) { bytes, offset, block throws(BzError) in
            blocks.add(offset: offset, block: block)
            records.removeAll(keepingCapacity: true)
            var problem: BzError?
            do throws(BzError) { try reader.read(bytes, into: &records) } catch {
                problem = error.naming(error.file ?? member.path)
            }
            for record in records {
                switch record {
                case .site(let site): chooser.begin(site)
                case .page(let page):
                    do throws(BzError) {
                        if let line = try chooser.begin(page, block: blocks.block(at: page.offset)) {
                            try await body(line)
                        }
                    } catch { throw error.naming(error.file ?? member.path) }
                case .revision(let revision): if let line = chooser.take(revision) { try await body(line) }
                case .pageEnd: break
                }
            }
            if let problem { throw problem }
        }
        do throws(BzError) { try reader.finish() } catch { throw error.naming(member.path) }
    }

    /// Passes on the text of a file in pieces, each with its place in the text and that of its block.
    private static func forEachChunk(
        of path: FilePath, taskCount: Int, _ body: ([UInt8], Int64, Int64?) async throws(BzError) -> Void
    ) async throws(BzError) {
        if path != "-", FileKind(of: path) == .regular {
            let start = try RandomAccessFile(path).read(at: 0, count: DumpFormat.magicSize)
            if case .bzip2 = DumpFormat(beginning: start) {
                let summary = try await BzBlockReader(path, taskCount: taskCount).read { block throws(BzError) in
                    try await body(block.bytes, block.uncompressedOffset, block.bitOffset)
                }
                guard summary.trailingByteCount > 0 else { return }
                throw .trailing(at: summary.endOffset, in: path)
            }
        }
        var offset: Int64 = 0
        let reading = try await DumpText(path).read(taskCount: taskCount) { bytes throws(BzError) in
            try await body(bytes, offset, nil)
            offset += Int64(bytes.count)
            return true
        }
        if let end = reading.trailingOffset { throw .trailing(at: end, in: path) }
    }
}

extension BzError {
    /// An error about bytes behind the last stream of a file.
    static func trailing(at offset: Int64, in file: FilePath) -> BzError {
        BzError(
            .damaged, "has bytes that belong to no stream", remedy: "check the file", file: file,
            bitOffset: offset * 8)
    }
}

/// Where the last blocks begin, in the text and in the file.
private struct PlacesOfBlocks {
    private var places: [(offset: Int64, block: Int64)] = []

    mutating func add(offset: Int64, block: Int64?) {
        guard let block else { return }
        places.append((offset, block))
    }

    /// The block of a byte of the text. Blocks before it are not asked for again.
    mutating func block(at offset: Int64) -> Int64? {
        guard let index = places.lastIndex(where: { $0.offset <= offset }) else { return nil }
        places.removeFirst(index)
        return places.first?.block
    }
}

/// What the name of a dump file says of its date: `dewiki-20260101-…` or `dewiki-2026-01-01-…`.
private struct FileName {
    let date: String?

    init(_ name: String) {
        let words = name.split(separator: "-", omittingEmptySubsequences: false).map { $0.prefix { $0 != "." } }
        let isNumber = { (word: Substring, count: Int) in
            word.utf8.count == count && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        let isDay = { (month: Substring, day: Substring) in
            (1...12).contains(Int(month) ?? 0) && (1...31).contains(Int(day) ?? 0)
        }
        var found: String?
        for (place, word) in words.enumerated() where place > 0 && found == nil {
            if isNumber(word, 8), isDay(word.dropFirst(4).prefix(2), word.suffix(2)) {
                found = "\(word.prefix(4))-\(word.dropFirst(4).prefix(2))-\(word.suffix(2))"
            } else if isNumber(word, 4), words.count > place + 2, isNumber(words[place + 1], 2),
                isNumber(words[place + 2], 2), isDay(words[place + 1], words[place + 2])
            {
                found = "\(word)-\(words[place + 1])-\(words[place + 2])"
            }
        }
        date = found
    }
}
