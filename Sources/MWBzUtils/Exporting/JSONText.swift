/// Writes JSON with keys in the order in which they are added.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func beginObject(_ key: StaticString? = nil) {
        write(key)
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func beginList(_ key: StaticString) {
        write(key)
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    mutating func endList() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func add(_ key: StaticString, _ value: Int64?) {
        write(key)
        if let value { bytes += String(value).utf8 } else { bytes += "null".utf8 }
    }

    mutating func add(_ key: StaticString, _ value: Bool) {
        write(key)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func add(_ key: StaticString, _ value: String?) {
        write(key)
        guard let value else { return bytes += "null".utf8 }
        append(string: Array(value.utf8))
    }

    mutating func add(_ key: StaticString, _ value: XMLText?) {
        write(key)
        guard let value else { return bytes += "null".utf8 }
        let plain = value.bytes
        // Other bytes would make the line one that no reader takes.
        append(string: Self.isUTF8(plain) ? plain : Array(String(decoding: plain, as: UTF8.self).utf8))
    }

    private mutating func write(_ key: StaticString?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let key else { return }
        bytes.append(UInt8(ascii: "\""))
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes += "\":".utf8
    }

    private static func isUTF8(_ text: [UInt8]) -> Bool {
        let isPlain = text.allSatisfy { $0 < 0x80 }
        return isPlain || String(validating: text, as: UTF8.self) != nil
    }

    /// Bytes that stand for themselves in a string.
    private static let isPlain: [Bool] = (0...255).map { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private mutating func append(string text: [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.count + 2)
        bytes.append(UInt8(ascii: "\""))
        unsafe text.withUnsafeBufferPointer { text in
            unsafe Self.isPlain.withUnsafeBufferPointer { isPlain in
                var index = 0
                while index < text.count {
                    let start = index
                    while index < text.count, unsafe isPlain[Int(text[index])] { index += 1 }
                    unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                    guard index < text.count else { break }
                    escape(unsafe text[index])
                    index += 1
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default: bytes += [0x75, 0x30, 0x30, Self.hexadecimal[Int(byte >> 4)], Self.hexadecimal[Int(byte & 15)]]
        }
    }
}
