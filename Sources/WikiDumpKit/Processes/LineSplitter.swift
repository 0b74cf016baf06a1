/// Cuts bytes that arrive in pieces into lines. A character may be cut by a piece's end, and a line has no limit; what
/// is longer than 8 KiB comes out in pieces.
struct LineSplitter {
    private var rest: [UInt8] = []
    private static let longest = 8192

    /// The lines that are complete now.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            // A carriage return alone is how programs draw progress over an old line.
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if !rest.isEmpty { lines.append(take()) }
            } else {
                rest.append(byte)
                if rest.count >= Self.longest, byte < 0x80 || rest.count >= Self.longest + 4 { lines.append(take()) }
            }
        }
        return lines
    }

    /// A last line without a line break.
    mutating func finish() -> String? { rest.isEmpty ? nil : take() }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
