import MWBzUtils

/// Counts the contents of a dump file while its text is being read.
struct ContentMeter {
    /// The kind of text, judging by the name of the file.
    private enum Kind {
        case pages(PageMeter)
        case log(LogMeter)
        case lines(headings: Int64)
        case rows(InsertedRows)
        case other
    }

    private var kind: Kind
    private let isExport: Bool
    private var lines: Int64 = 0
    private var bytes: Int64 = 0
    /// The last bytes, which must contain the end of an export.
    private var tail: [UInt8] = []
    /// What is wrong with the text itself, and where.
    private(set) var fault: String?

    /// - Parameters:
    ///   - name: The name without `WIKI-DATE-`.
    ///   - isShard: Whether it is a file of a File Export.
    init(_ name: DumpFileName, isShard: Bool = false) {
        isExport = name.type == "xml" || isShard
        kind =
            switch name.type {
            case _ where isShard: .pages(PageMeter())
            case "xml" where name.base == "pages-logging": .log(LogMeter())
            case "xml" where name.base.hasPrefix("pages-") || name.base.hasPrefix("stub-"): .pages(PageMeter())
            case "txt" where name.base.hasSuffix("-index"): .lines(headings: 0)
            case "sql": .rows(InsertedRows())
            default: name.base.hasPrefix("all-titles") ? .lines(headings: 1) : .other
            }
    }

    mutating func add(_ text: [UInt8]) {
        bytes += Int64(text.count)
        if isExport { tail = (tail + text.suffix(40)).suffix(40) }
        // The meter is taken out of `kind` while it changes, so that it is not copied.
        switch kind {
        case .pages(var meter):
            kind = .other
            meter.add(text)
            fault = fault ?? meter.fault
            kind = .pages(meter)
        case .log(var meter):
            kind = .other
            meter.add(text)
            kind = .log(meter)
        case .lines: lines += Int64(text.count { $0 == UInt8(ascii: "\n") })
        case .rows(var rows):
            kind = .other
            rows.add(text)
            kind = .rows(rows)
        case .other: break
        }
    }

    var contents: FileContents {
        var contents = FileContents()
        contents.bytes = bytes
        switch kind {
        case .pages(let meter):
            contents.pages = meter.pages
            contents.revisions = meter.revisions
            contents.textBytes = meter.textBytes
        case .log(let meter): contents.logEntries = meter.entries
        case .lines(let headings): contents.lines = max(0, lines - headings)
        case .rows(let rows): contents.rows = rows.count
        case .other: break
        }
        return contents
    }

    /// The first revision of the first page and the last one of the last page, in the order of the file.
    var edges: (first: Int64, last: Int64)? {
        if case .pages(let meter) = kind { meter.edges } else { nil }
    }

    /// What is wrong with the end of the text; nil if nothing is.
    var endFault: String? {
        if isExport {
            var end = tail[...]
            while let last = end.last, last <= UInt8(ascii: " ") { end.removeLast() }
            let isWhole = String(decoding: end, as: UTF8.self).hasSuffix("</mediawiki>") || end.ends(with: "</sites>")
            if !isWhole { return "the XML does not end with </mediawiki>" }
            if case .pages(let meter) = kind, meter.isInPage { return "the XML ends inside a page" }
        }
        if case .rows(let rows) = kind, !rows.isWhole {
            return "the SQL text ends without the line “-- Dump completed”"
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

/// Counts pages, revisions and the sizes of texts.
private struct PageMeter {
    private var scanner = PageScanner()
    private var page: Int64?
    private(set) var isInPage = false
    private(set) var pages = FileContents.Numbered(count: 0)
    private(set) var revisions = FileContents.Numbered(count: 0)
    private(set) var textBytes: Int64 = 0
    private(set) var edges: (first: Int64, last: Int64)?
    private(set) var fault: String?

    mutating func add(_ text: [UInt8]) {
        for event in scanner.scan(text) {
            switch event {
            case .page(let found):
                page = found.id
                isInPage = true
            case .pageEnd:
                pages.add(page)
                page = nil
                isInPage = false
            case .revision(let id, _):
                revisions.add(id)
                edges = (edges?.first ?? id, id)
            case .text(let size): textBytes &+= size ?? 0
            case .unreadableID(let offset):
                fault = fault ?? "the item at byte \(offset) of the text has an id that is not a number"
            default: break
            }
        }
    }
}

/// Counts log entries. Escaped text cannot look like a tag.
private struct LogMeter {
    private var line: [UInt8] = []
    private var isInEntry = false
    private(set) var entries = FileContents.Numbered(count: 0)

    mutating func add(_ text: [UInt8]) {
        var start = 0
        while let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
            line += text[start..<end]
            take()
            start = end + 1
        }
        line += text[start...]
    }

    private mutating func take() {
        defer { line.removeAll(keepingCapacity: true) }
        // The lines we look for are short.
        guard line.count < 64 else { return }
        let words = String(decoding: line, as: UTF8.self).trimmingBlanks()
        if words == "<logitem>" {
            isInEntry = true
        } else if isInEntry, words.hasPrefix("<id>"), words.hasSuffix("</id>") {
            entries.add(Int64(words.dropFirst(4).dropLast(5)))
            isInEntry = false
        }
    }
}

extension FileContents.Numbered {
    fileprivate mutating func add(_ id: Int64?) {
        count += 1
        guard let id else { return }
        first = min(first ?? id, id)
        last = max(last ?? id, id)
    }
}

/// Counts the rows that SQL text inserts into a table. The text may come from us, mysqldump or mariadb-dump, and is passed in
/// chunks.
///
/// A statement starts with `INSERT INTO` at the beginning of a line. Its rows are the parentheses after `VALUES`. Within
/// quotes, a backslash escapes the next character, as these programs write it, unless the text sets the mode that turns this
/// off, as ours does.
struct InsertedRows {
    private(set) var count: Int64 = 0
    /// The last bytes of the text, at most 200.
    private(set) var tail: [UInt8] = []

    private static let start = Array("INSERT INTO ".utf8)
    private static let values = Array("VALUES".utf8)
    private static let mode = Array("NO_BACKSLASH_ESCAPES".utf8)
    private var place = Place.lineStart(matched: 0)
    private var depth = 0
    private var quote: UInt8?
    private var isEscaped = false
    private var valuesMatched = 0
    private var modeMatched = 0
    private var hasBackslashEscapes = true

    private enum Place {
        case lineStart(matched: Int)
        case otherLine
        case statement
    }

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            switch place {
            case .lineStart(let matched):
                if byte == Self.start[matched] {
                    place = matched + 1 == Self.start.count ? .statement : .lineStart(matched: matched + 1)
                    (depth, quote, valuesMatched) = (0, nil, 0)
                } else {
                    place = byte == UInt8(ascii: "\n") ? .lineStart(matched: 0) : .otherLine
                }
            case .otherLine:
                if byte == UInt8(ascii: "\n") { place = .lineStart(matched: 0) }
                modeMatched = byte == Self.mode[modeMatched] ? modeMatched + 1 : 0
                if modeMatched == Self.mode.count { (hasBackslashEscapes, modeMatched) = (false, 0) }
            case .statement: addToStatement(byte)
            }
        }
        tail = (tail + bytes.suffix(200)).suffix(200)
    }

    /// Whether the last line is the one that these programs write after success.
    var isWhole: Bool {
        tail.split(separator: UInt8(ascii: "\n")).last?.starts(with: "-- Dump completed".utf8) == true
    }

    private mutating func addToStatement(_ byte: UInt8) {
        if let open = quote {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "'"), hasBackslashEscapes {
                isEscaped = true
            } else if byte == open {
                quote = nil
            }
            return
        }
        let hasValues = valuesMatched == Self.values.count
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "`"): quote = byte
        case UInt8(ascii: "("):
            if depth == 0, hasValues { count += 1 }
            depth += 1
        case UInt8(ascii: ")"): depth -= 1
        case UInt8(ascii: ";") where depth == 0: place = .otherLine
        default:
            guard !hasValues, depth == 0 else { return }
            valuesMatched = byte == Self.values[valuesMatched] ? valuesMatched + 1 : 0
        }
    }
}
