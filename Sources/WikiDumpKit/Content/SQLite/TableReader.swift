import SystemPackage

/// Writes the rows of a table as SQL text.
struct TableReader {
    /// About the length of a statement; mysqldump makes them so long too. What reads them has no trouble with it.
    private static let statementLength = 1_000_000

    private let definition: TableDefinition
    private let statement: SQLiteStatement
    private let insert: [UInt8]
    private var rowCount: Int64 = 0
    private var stage = Stage.opening

    private enum Stage { case opening, rows, ended }

    init(_ connection: SQLiteHandle, table: String, path: FilePath) throws(DumpError) {
        definition = try TableDefinition(connection, table: table, path: path)
        let order =
            definition.primaryKey.isEmpty
            ? "" : " ORDER BY " + definition.primaryKey.map(\.quotedName).joined(separator: ", ")
        let columns = definition.columns.map(\.name.quotedName).joined(separator: ", ")
        statement = try SQLiteStatement(
            connection, "SELECT \(columns) FROM \(table.quotedName)\(order)", path: path)
        insert = Array("INSERT INTO \(table.quotedName) VALUES ".utf8)
    }

    /// The next piece of the text, or nil at the end.
    mutating func next() throws(DumpError) -> TableText? {
        switch stage {
        case .opening:
            stage = .rows
            return TableText(bytes: Array(definition.opening.utf8), rowCount: 0)
        case .rows:
            if let piece = try rows() { return piece }
            stage = .ended
            return TableText(bytes: Array(definition.closing(rowCount: rowCount).utf8), rowCount: 0)
        case .ended: return nil
        }
    }

    private mutating func rows() throws(DumpError) -> TableText? {
        var bytes = insert
        var count: Int64 = 0
        while bytes.count < Self.statementLength, try statement.step() {
            bytes += count == 0 ? "(".utf8 : ",(".utf8
            for column in definition.columns.indices {
                if column > 0 { bytes.append(UInt8(ascii: ",")) }
                append(Int32(column), to: &bytes)
            }
            bytes.append(UInt8(ascii: ")"))
            count += 1
        }
        if count == 0 { return nil }
        bytes += ";\n".utf8
        rowCount += count
        return TableText(bytes: bytes, rowCount: count)
    }

    private func append(_ column: Int32, to bytes: inout [UInt8]) {
        switch statement.kind(column) {
        case .null: bytes += "NULL".utf8
        case .integer: bytes += "\(statement.int(column))".utf8
        case .real: bytes += "\(statement.real(column))".utf8
        case .text: unsafe statement.withBytes(column) { unsafe Self.append($0, to: &bytes, isText: !$0.contains(0)) }
        case .bytes: unsafe statement.withBytes(column) { unsafe Self.append($0, to: &bytes, isText: false) }
        }
    }

    /// Text between quotes keeps its bytes, whether they are UTF-8 or not; only a NUL would end it in SQLite. All else is
    /// hexadecimal, so that SQLite reads bytes back as bytes.
    private static func append(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8], isText: Bool) {
        bytes += isText ? "'".utf8 : "X'".utf8
        unsafe value.forEach { byte in
            if !isText {
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            } else {
                if byte == UInt8(ascii: "'") { bytes.append(byte) }
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "'"))
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
