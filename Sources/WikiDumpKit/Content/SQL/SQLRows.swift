/// The rows of an `INSERT` statement, built value by value.
struct SQLRows {
    private(set) var bytes: [UInt8]
    private(set) var count: Int64 = 0
    private let quotes: SQLQuotes
    private var isRowStart = true

    init(table: String, quotes: SQLQuotes) {
        bytes = Array("INSERT INTO \(table.quotedName) VALUES ".utf8)
        self.quotes = quotes
    }

    mutating func row(_ body: (inout SQLRows) -> Void) {
        bytes += count == 0 ? "(".utf8 : ",(".utf8
        isRowStart = true
        body(&self)
        bytes.append(UInt8(ascii: ")"))
        count += 1
    }

    mutating func end() { bytes += ";\n".utf8 }

    // MARK: Values

    mutating func null() {
        separate()
        bytes += "NULL".utf8
    }

    mutating func number(_ digits: String) {
        separate()
        bytes += digits.utf8
    }

    mutating func number(_ digits: UnsafeRawBufferPointer) {
        separate()
        unsafe bytes += digits
    }

    /// Writes a string. Its bytes are kept whether or not they are UTF-8. Only a NUL would end the string early in SQLite, so
    /// such strings are written as bytes.
    mutating func text(_ value: UnsafeRawBufferPointer) {
        if quotes == .doubled, unsafe value.contains(0) { return unsafe self.bytes(value) }
        separate()
        bytes.append(UInt8(ascii: "'"))
        // Nearly every string can be copied unchanged.
        if quotes == .doubled, unsafe !value.contains(UInt8(ascii: "'")) {
            unsafe bytes += value
        } else {
            unsafe value.forEach { append($0) }
        }
        bytes.append(UInt8(ascii: "'"))
    }

    /// Writes binary data in hexadecimal, so that SQLite reads it back as binary.
    mutating func bytes(_ value: UnsafeRawBufferPointer) {
        guard quotes == .doubled else { return unsafe text(value) }
        separate()
        bytes += "X'".utf8
        unsafe value.forEach { byte in
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
        bytes.append(UInt8(ascii: "'"))
    }

    private mutating func separate() {
        if !isRowStart { bytes.append(UInt8(ascii: ",")) }
        isRowStart = false
    }

    private mutating func append(_ byte: UInt8) {
        switch quotes {
        case .doubled:
            if byte == UInt8(ascii: "'") { bytes.append(byte) }
            bytes.append(byte)
        case .backslash:
            guard let escape = Self.escapes[byte] else { return bytes.append(byte) }
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(escape)
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
    /// The characters that mysqldump writes after a backslash.
    private static let escapes: [UInt8: UInt8] = [
        0: UInt8(ascii: "0"), 10: UInt8(ascii: "n"), 13: UInt8(ascii: "r"), 26: UInt8(ascii: "Z"),
        UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "\""): UInt8(ascii: "\""),
        UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]
}
