import MWBzUtils

/// Splits an export written by another program into header, body and footer, and counts its contents.
///
/// The text may arrive in chunks of any size. Every byte except the footer is passed on unchanged.
struct ExportTextCutter {
    /// The text before the first page or log entry; nil until it is complete.
    private(set) var header: [UInt8]?
    /// Problems found in the text. They are not in the batches.
    private(set) var problems = ProblemTally()
    /// The number of readable texts, including empty ones.
    private(set) var readableTexts: Int64 = 0

    private let what: String
    private var scanner = PageScanner()
    private var texts = EmptiedTextFinder()
    private var logEntries = LogEntryIDs()
    /// Bytes that are not passed on yet, and their offset in the text.
    private var held: [UInt8] = []
    private var offset: Int64 = 0
    private var headerEnd: Int64?
    private var footerStart: Int64?
    private var page: DumpPage?
    /// Pages that ended in the held bytes, and where in the text they ended.
    private var ended: [(page: DumpPage, end: Int64)] = []
    /// Counts of the revisions and log entries that begin in the held bytes.
    private var counted = RenderedBatch()
    private var revision: Int64?
    /// Texts whose tags only one of the two scanners has seen so far.
    private var unmatchedTexts: [(page: Int64?, revision: Int64?)] = []
    private var unmatchedVerdicts: [EmptiedTextFinder.Verdict] = []

    private static let end = Array("</mediawiki>".utf8)
    /// The number of bytes held back, so that the line end after a page and the footer are never split.
    private static let margin = 16

    /// Makes a cutter.
    /// - Parameter what: The name of the text in errors.
    init(_ what: String) { self.what = what }

    /// Adds the next bytes.
    /// - Returns: What can be passed on now; nil if nothing can.
    /// - Throws: ``DumpError`` with code `outputBad` if the text is damaged.
    mutating func append(_ bytes: [UInt8]) throws(DumpError) -> RenderedBatch? {
        held += bytes
        for id in logEntries.ids(in: bytes) { counted.count(item: id, textBytes: 0) }
        for event in scanner.scan(bytes) { try take(event) }
        let verdicts = texts.scan(bytes)
        readableTexts += Int64(verdicts.count { $0 == .written })
        unmatchedVerdicts += verdicts
        match()
        return try handOn(upTo: offset + Int64(held.count - Self.margin))
    }

    /// Ends the text.
    /// - Returns: What was held back; nil if nothing was.
    /// - Throws: ``DumpError`` with code `outputBad` if the text ends too early.
    mutating func finish() throws(DumpError) -> RenderedBatch? {
        let batch = try handOn(upTo: .max)
        guard header != nil, footerStart != nil else { throw bad("ends without </mediawiki>") }
        guard page == nil else { throw bad("ends inside page \(page?.id ?? 0)") }
        let footer = held.last == UInt8(ascii: "\n") ? held.dropLast() : held[...]
        guard footer.elementsEqual(Self.end) else { throw bad("continues after </mediawiki>") }
        return batch
    }

    private mutating func take(_ event: ExportEvent) throws(DumpError) {
        if footerStart != nil { throw bad("continues after </mediawiki>") }
        switch event {
        case .headerEnd(let end):
            if headerEnd != nil { throw bad("has two headers") }
            headerEnd = end + 1
        case .page(let next):
            if headerEnd == nil { throw bad("has a page before the end of its header") }
            (page, revision) = (next, nil)
        case .revision(let id, _):
            revision = id
            counted.count(item: id, textBytes: 0)
        case .text(let size):
            unmatchedTexts.append((page?.id, revision))
            counted.textBytes &+= size ?? 0
        case .unreadableID(let place): throw bad("has an id that is not a number, at byte \(place)")
        case .pageEnd(let end):
            guard let page else { throw bad("has a page without an id, at byte \(end)") }
            ended.append((page, end + 1))
            (self.page, revision) = (nil, nil)
        case .exportEnd(let end): footerStart = end - Int64(Self.end.count)
        }
    }

    private mutating func match() {
        let count = min(unmatchedTexts.count, unmatchedVerdicts.count)
        for place in 0..<count where unmatchedVerdicts[place] == .emptied {
            problems.add([
                ContentProblem(
                    page: unmatchedTexts[place].page, revision: unmatchedTexts[place].revision,
                    message: "MediaWiki could not read the text; it was written empty",
                    isLoss: true)
            ])
        }
        unmatchedTexts.removeFirst(count)
        unmatchedVerdicts.removeFirst(count)
    }

    private mutating func handOn(upTo limit: Int64) throws(DumpError) -> RenderedBatch? {
        if header == nil {
            guard let headerEnd, limit >= headerEnd else { return nil }
            header = try drop(upTo: headerEnd)
            guard header?.last == UInt8(ascii: "\n") else { throw bad("has no line end after its header") }
        }
        let stop = min(limit, footerStart ?? .max, offset + Int64(held.count))
        guard stop > offset else { return nil }
        let start = offset
        var batch = counted
        counted = RenderedBatch()
        batch.bytes = try drop(upTo: stop)
        let done = ended.prefix { $0.end <= stop }
        for (page, end) in done {
            let end = Int(end - start)
            guard batch.bytes[end - 1] == UInt8(ascii: "\n") else {
                throw bad("has no line end after page \(page.id)")
            }
            batch.pages.append(RenderedBatch.Page(id: page.id, title: page.title, end: end))
        }
        ended.removeFirst(done.count)
        return batch
    }

    private mutating func drop(upTo end: Int64) throws(DumpError) -> [UInt8] {
        let count = Int(end - offset)
        guard count <= held.count else { throw bad("ends in its header") }
        defer {
            held.removeFirst(count)
            offset = end
        }
        return Array(held[..<count])
    }

    private func bad(_ message: String) -> DumpError {
        DumpError(
            .outputBad, "the XML of \(what) \(message)",
            remedy: "the file was withheld; look at the log for what the script said")
    }
}

/// Finds the ids of log entries in XML that arrives in chunks.
private struct LogEntryIDs {
    private static let marks = [Array("<logitem>".utf8), Array("<id>".utf8)]
    /// The index of the mark to look for. After the last mark comes the number.
    private var mark = 0
    private var matched = 0
    private var number: Int64 = 0

    mutating func ids(in bytes: [UInt8]) -> [Int64] {
        var ids: [Int64] = []
        for byte in bytes {
            guard mark == Self.marks.count else {
                let wanted = Self.marks[mark]
                // The first byte of a mark does not occur again in that mark.
                matched = byte == wanted[matched] ? matched + 1 : byte == wanted[0] ? 1 : 0
                if matched == wanted.count { (mark, matched, number) = (mark + 1, 0, 0) }
                continue
            }
            if 48...57 ~= byte {
                number = number &* 10 &+ Int64(byte - 48)
            } else {
                ids.append(number)
                mark = 0
            }
        }
        return ids
    }
}

/// Finds texts in the XML of an export that have a size but are written without content. The XML may arrive in chunks of any
/// size.
///
/// This is how MediaWiki writes a text that it could not read. The tag of a hidden text says that it is hidden; the tag of a
/// text in a stub says where it is stored.
struct EmptiedTextFinder {
    /// What the tag of a text says.
    enum Verdict {
        /// The text is present or truly empty.
        case written
        /// The text is hidden, or the tag says where it is stored.
        case elsewhere
        /// The text is missing.
        case emptied
    }

    /// Longer than any tag of a text.
    private static let longestTag = 4096
    /// A tag whose end has not arrived yet.
    private var partial: [UInt8] = []

    /// Scans the next bytes.
    /// - Returns: A verdict for each text tag that ended in the bytes, in order.
    mutating func scan(_ bytes: [UInt8]) -> [Verdict] {
        var found: [Verdict] = []
        var rest = bytes[...]
        if !partial.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial += rest
                if partial.count > Self.longestTag { partial = Array(partial.prefix(Self.longestTag)) }
                return []
            }
            partial += rest[..<end]
            if let verdict = Self.judge(partial[...]) { found.append(verdict) }
            partial = []
            rest = rest[(end + 1)...]
        }
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...]
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial = Array(rest.prefix(Self.longestTag))
                break
            }
            if let verdict = Self.judge(rest[..<end]) { found.append(verdict) }
            rest = rest[(end + 1)...]
        }
        return found
    }

    /// Judges a tag.
    /// - Parameter tag: A tag without the closing `>`.
    /// - Returns: nil if it is not the tag of a text.
    private static func judge(_ tag: ArraySlice<UInt8>) -> Verdict? {
        let name = tag.dropFirst(5).first
        guard tag.starts(with: "<text".utf8), name == nil || name == UInt8(ascii: " ") || name == UInt8(ascii: "/")
        else { return nil }
        guard tag.last == UInt8(ascii: "/") else { return .written }
        let words = tag.split(separator: UInt8(ascii: " "))
        // The tags of a stub say where the text is stored.
        let reasons = ["deleted=".utf8, "location=".utf8]
        if words.contains(where: { word in reasons.contains { word.starts(with: $0) } }) { return .elsewhere }
        guard let size = words.first(where: { $0.starts(with: "bytes=".utf8) }) else { return .written }
        return size.elementsEqual("bytes=\"0\"".utf8) ? .written : .emptied
    }
}
