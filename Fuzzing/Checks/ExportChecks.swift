@testable import MWBzUtils
@testable import WikiDumpKit

/// The XML of exports: what is found in a text does not depend on how it is cut, and no byte is lost.
enum ExportChecks {
    static func run(_ data: [UInt8]) throws {
        try findPages(data)
        try cutPages(data)
        try cutForeignExport(data)
        try listRevisions(data)
        try readRecords(data)
        for name in ["pages-articles.xml", "pages-logging.xml", "stub-meta-history.xml", "page.sql", "all-titles"] {
            try measure(data, as: DumpFileName(name))
        }
    }

    private static func findPages(_ data: [UInt8]) throws {
        var scanner = PageScanner()
        let events = scanner.scan(data)
        var other = PageScanner()
        try require(data.reduce(into: []) { $0 += other.scan([$1]) } == events, "other pages, byte by byte")
        var last: Int64 = 0
        for event in events {
            guard case .page(let page) = event else { continue }
            try require(page.offset >= last && page.offset < Int64(data.count), "a page lies outside of the text")
            try require(data[Int(page.offset)...].starts(with: "<page".utf8), "a page does not begin with its tag")
            try require(page.title.count <= 4096, "a title is too long")
            last = page.offset
        }
        var counter = PageCounter()
        _ = try? counter.append(data)
        try? counter.finish()
    }

    /// Values are the same however the text is cut, and places lie in it.
    private static func readRecords(_ data: [UInt8]) throws {
        func read(_ size: Int) -> (records: [ExportRecord], isGood: Bool) {
            var reader = ExportReader()
            var records: [ExportRecord] = []
            for start in stride(from: 0, to: data.count, by: size) {
                do { try reader.read(Array(data[start...].prefix(size)), into: &records) } catch {
                    return (records, false)
                }
            }
            do { try reader.finish() } catch { return (records, false) }
            return (records, true)
        }
        let (whole, pieces) = (read(max(1, data.count)), read(1))
        try require(whole.isGood == pieces.isGood, "an export can be read or not, as it is cut")
        try require(whole.records == pieces.records, "other values, byte by byte")
        for record in whole.records {
            if case .page(let page) = record {
                try require((0..<Int64(data.count)).contains(page.offset), "a page lies outside of the text")
            }
        }
    }

    private static func cutPages(_ data: [UInt8]) throws {
        func cut(_ size: Int) throws(BzError) -> [MultistreamCutter.Piece] {
            var cutter = MultistreamCutter(pagesPerStream: 2)
            var pieces: [MultistreamCutter.Piece] = []
            for start in stride(from: 0, to: data.count, by: size) {
                pieces += try cutter.append(Array(data[start...].prefix(size)))
            }
            return try pieces + cutter.finish()
        }
        let whole = Result { () throws(BzError) in try cut(max(1, data.count)) }
        guard let pieces = try? cut(5) else {
            guard case .failure = whole else { throw Violation(description: "an export is good or not, as it is cut") }
            return
        }
        let text = pieces.reduce(into: []) { $0 += $1.bytes }
        try require(try whole.get().reduce(into: []) { $0 += $1.bytes } == text, "another text, cut in pieces")
        var scanner = PageScanner()
        let ends = scanner.scan(data).count { if case .exportEnd = $0 { true } else { false } }
        if ends <= 1 {
            try require(text == data, "text was lost")
        } else {
            // Headers and ends between exports are left out.
            var rest = data[...]
            for byte in text {
                guard let place = rest.firstIndex(of: byte) else { throw Violation(description: "text was made up") }
                rest = rest[(place + 1)...]
            }
        }
        for page in pieces.flatMap(\.pages) {
            let line = MultistreamIndex.line(offset: 1, pageID: page.id, title: page.title)
            try require(line.count { $0 == 0x0A || $0 == 0x0D } == 1, "the line of a page is not one line")
        }
    }

    private static func cutForeignExport(_ data: [UInt8]) throws {
        func cut(_ size: Int) throws(DumpError) -> (header: [UInt8]?, body: [UInt8], texts: Int64) {
            var cutter = ExportTextCutter("it")
            var body: [UInt8] = []
            for start in stride(from: 0, to: data.count, by: size) {
                body += try cutter.append(Array(data[start...].prefix(size)))?.bytes ?? []
            }
            body += try cutter.finish()?.bytes ?? []
            return (cutter.header, body, cutter.readableTexts)
        }
        let whole = Result { () throws(DumpError) in try cut(max(1, data.count)) }
        let pieces = Result { () throws(DumpError) in try cut(3) }
        switch (whole, pieces) {
        case (.success(let one), .success(let other)):
            try require(one.header == other.header && one.body == other.body, "another export, cut in pieces")
            try require(one.texts == other.texts, "another number of texts, cut in pieces")
            try require(data.starts(with: (one.header ?? []) + one.body), "an export was changed")
        case (.failure, .failure): break
        default: throw Violation(description: "an export is good or not, as it is cut")
        }
    }

    private static func listRevisions(_ data: [UInt8]) throws {
        var lister = RevisionLister()
        let whole = lister.scan(data[...])
        var other = RevisionLister()
        try require(data.indices.flatMap { other.scan(data[$0...$0]) } == whole, "other revisions, byte by byte")
    }

    static func measure(_ data: [UInt8], as name: DumpFileName) throws {
        var whole = ContentMeter(name)
        whole.add(data)
        var pieces = ContentMeter(name)
        for start in stride(from: 0, to: data.count, by: 11) { pieces.add(Array(data[start...].prefix(11))) }
        try require(whole.contents == pieces.contents, "other contents of \(name), in pieces")
        try require(whole.endFault == pieces.endFault, "another end of \(name), in pieces")
        try require((whole.fault == nil) == (pieces.fault == nil), "another fault of \(name), in pieces")
    }
}
