/// Counts the rows that the SQL text of a table inserts, of ours, mysqldump's or mariadb-dump's, while the text goes by in pieces.
///
/// A statement begins with `INSERT INTO` at the beginning of a line. Its rows are the parentheses after `VALUES`. In
/// quotes a backslash takes the meaning of the character after it, as these programs write it, unless the text sets the
/// mode in which it does not, as ours does.
struct InsertedRows {
    /// Rows so far.
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

    /// Whether the last line is the one that these programs write when nothing was wrong.
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
