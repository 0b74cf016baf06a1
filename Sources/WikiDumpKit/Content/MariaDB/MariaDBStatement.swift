import CMariaDB

/// A statement of a MariaDB connection. Its rows are fetched one by one.
///
/// A connection can stream the rows of only one statement. When another statement starts, this one loads its remaining rows
/// into memory. So readers that alternate between statements must limit them.
@safe final class MariaDBStatement: TableStatement {
    private enum State {
        case idle
        case bound(String)
        case streaming
        case buffered
    }

    private let connection: MariaDBConnection
    /// The SQL between the placeholders, and the value that each placeholder stands for.
    private let texts: [Substring]
    private let marks: [Int]
    private let takesAnyNumber: Bool
    /// The columns whose numbers may be too large.
    private var wideColumns: [Int32] = []
    private var state = State.idle
    private var rows: UnsafeMutableRawPointer?
    private var fields: UnsafePointer<UnsafePointer<CChar>?>?
    private var lengths: UnsafePointer<UInt>?
    /// A copy of the row, if the server's row is gone.
    private var copy: [[UInt8]?]?
    private var rest: ArraySlice<[[UInt8]?]> = []
    private var failure: DumpError?

    /// - Parameters:
    ///   - sql: `?1` stands for the first value; `?` stands for the value after that of the previous placeholder.
    ///   - takesAnyNumber: Whether numbers may be too large for ``int(_:)``, because it is never called.
    init(_ connection: MariaDBConnection, _ sql: String, takesAnyNumber: Bool = false) {
        self.connection = connection
        self.takesAnyNumber = takesAnyNumber
        let pieces = sql.split(separator: "?", omittingEmptySubsequences: false)
        var (texts, marks) = ([pieces[0]], [Int]())
        for piece in pieces.dropFirst() {
            let digits = piece.prefix { $0.isASCII && $0.isNumber }
            marks.append(Int(digits).map { $0 - 1 } ?? (marks.last ?? -1) + 1)
            texts.append(piece.dropFirst(digits.count))
        }
        (self.texts, self.marks) = (texts, marks)
    }

    deinit { end() }

    func bind(_ values: some Collection<Int64>) {
        end()
        let values = Array(values)
        var sql = String(texts[0])
        for (mark, text) in zip(marks, texts.dropFirst()) {
            // The lowest number cannot be written as a literal, because SQL parses the sign separately.
            sql += values.indices.contains(mark) ? "\(max(values[mark], -Int64.max))" : "NULL"
            sql += text
        }
        state = .bound(sql)
    }

    func step() throws(DumpError) -> Bool {
        switch state {
        case .idle: return false
        case .bound(let sql):
            state = .idle
            unsafe rows = try connection.start(self, sql)
            guard let open = unsafe rows else { return false }
            wideColumns = takesAnyNumber ? [] : unsafe Self.wideColumns(of: open)
            state = .streaming
            return try step()
        case .streaming:
            guard let open = unsafe rows else { return false }
            do throws(DumpError) {
                if try unsafe advance(open) { return true }
            } catch {
                end()
                throw error
            }
            end()
            return false
        case .buffered:
            copy = rest.popFirst()
            if copy != nil { return true }
            state = .idle
            if let failure { throw failure }
            return false
        }
    }

    func reset() { end() }

    /// Fetches the next row. A number that does not fit is an error; it never becomes another number.
    private func advance(_ open: UnsafeMutableRawPointer) throws(DumpError) -> Bool {
        guard try unsafe connection.next(open, &fields, &lengths) else { return false }
        for column in wideColumns where unsafe lengths?[Int(column)] ?? 0 >= Self.digitsThatFit {
            let digits = string(column).prefix { $0 != "." }
            if Int64(digits) != nil { continue }
            let field = unsafe cmariadb_field(open, UInt32(column))
            let (name, table) = unsafe (String(cString: field.name), String(cString: field.table))
            throw DumpError(
                .jobFailed,
                "\(name) is \(digits) in \(table.isEmpty ? "" : "table \(table) of ")\(connection.address), and the highest number that a dump can hold is \(Int64.max)",
                remedy: "no real wiki has numbers that high: repair the row")
        }
        return true
    }

    /// A number with fewer digits than this always fits into 64 bits with a sign.
    private static let digitsThatFit: UInt = 19

    private static func wideColumns(of rows: UnsafeMutableRawPointer) -> [Int32] {
        (0..<Int32(unsafe cmariadb_width(rows))).filter { unsafe cmariadb_field(rows, UInt32($0)).is_wide != 0 }
    }

    /// Loads the remaining rows into memory, so that the connection is free.
    func takeRest() {
        guard case .streaming = state, let open = unsafe rows else { return }
        let width = unsafe Int(cmariadb_width(open))
        let current = unsafe fields == nil ? nil : row(width)
        var buffer: [[[UInt8]?]] = []
        var problem: DumpError?
        do throws(DumpError) {
            while try unsafe advance(open) { buffer.append(row(width)) }
        } catch { problem = error }
        end()
        (copy, rest, failure, state) = (current, buffer[...], problem, .buffered)
    }

    private func row(_ width: Int) -> [[UInt8]?] {
        (0..<Int32(width)).map { isNull($0) ? nil : bytes($0) }
    }

    private func end() {
        if let open = unsafe rows { unsafe cmariadb_free(open) }
        unsafe (rows, fields, lengths) = (nil, nil, nil)
        (copy, rest, failure, state) = (nil, [], nil, .idle)
    }

    func int(_ column: Int32) -> Int64 {
        unsafe withBytes(column) { bytes in
            var (number, isNegative) = (Int64(0), false)
            for place in 0..<bytes.count {
                let byte = unsafe bytes[place]
                if place == 0, byte == UInt8(ascii: "-") {
                    isNegative = true
                } else if 48...57 ~= byte {
                    number = number &* 10 &- Int64(byte - 48)
                } else {
                    break
                }
            }
            return isNegative ? number : 0 &- number
        }
    }

    /// Writes a field as SQL text. Valid UTF-8 is written as text whatever the column type, because titles are stored as
    /// binary.
    func write(_ column: Int32, isNumber: Bool, to rows: inout SQLRows) {
        if isNull(column) { return rows.null() }
        unsafe withBytes(column) { bytes in
            if isNumber {
                unsafe rows.number(bytes)
            } else if unsafe bytes.isUTF8 {
                unsafe rows.text(bytes)
            } else {
                unsafe rows.bytes(bytes)
            }
        }
    }

    func isNull(_ column: Int32) -> Bool {
        if let copy { return copy[Int(column)] == nil }
        return unsafe fields?[Int(column)] == nil
    }

    func withBytes<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let copy { return unsafe (copy[Int(column)] ?? []).withUnsafeBytes { unsafe body($0) } }
        let start = unsafe fields?[Int(column)]
        let count = unsafe start == nil ? 0 : Int(lengths?[Int(column)] ?? 0)
        return unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are valid UTF-8 and free of characters that MediaWiki never stores.
    fileprivate var isUTF8: Bool {
        unsafe withMemoryRebound(to: UInt8.self) { bytes in
            var place = 0
            while place < bytes.count {
                if unsafe bytes[place] < 0x80 {
                    place += 1
                } else if let start = bytes.baseAddress,
                    let sequence = unsafe UTF8Sequence(start + place, bytes.count - place)
                {
                    place += sequence.length
                } else {
                    return false
                }
            }
            return true
        }
    }
}
