@testable import WikiDumpKit

/// Texts as MediaWiki stores them: values that PHP serialised, blobs of many texts, addresses, parameters of the log.
enum StoredTextChecks {
    static func run(_ data: [UInt8]) throws {
        try readValue(data)
        try readObject(data)
        try readItems(data)
        let parameters = LogParameters(data)
        try require(parameters.texts.reduce(0) { $0 + $1.count } <= data.count, "more texts than there are bytes")
        try readAddress(String(decoding: data, as: UTF8.self))
    }

    /// What was read and written again is the same value.
    private static func readValue(_ data: [UInt8]) throws {
        guard let value = try? PHPUnserializer.value(of: data[...]) else { return }
        _ = (value.list, value.number, value.isTrue)
        let written = serialized(value)
        try require(written.count <= data.count + 64, "the value is longer than its bytes")
        let again = try PHPUnserializer.value(of: written[...])
        try require(serialized(again) == written, "another value, written and read again")
    }

    private static func serialized(_ value: PHPValue) -> [UInt8] {
        switch value {
        case .null: return Array("N;".utf8)
        case .bool(let value): return Array("b:\(value ? 1 : 0);".utf8)
        case .int(let number): return Array("i:\(number);".utf8)
        case .string(let bytes): return Array("s:\(bytes.count):\"".utf8) + bytes + Array("\";".utf8)
        case .object(_, let elements): return serialized(.array(elements))
        case .array(let elements):
            let pairs = elements.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            // A key of digits becomes as long again in quotes, so it is written as it came.
            let inner = pairs.flatMap { key, value in
                let text = String(decoding: key, as: UTF8.self)
                let number = Int64(text).flatMap { "\($0)" == text ? $0 : nil }
                return serialized(number.map { .int($0) } ?? .string(key)) + serialized(value)
            }
            return Array("a:\(elements.count):{".utf8) + inner + Array("}".utf8)
        }
    }

    /// A stored object is read or refused, and takes no more memory than it may.
    private static func readObject(_ data: [UInt8]) throws {
        guard let object = try? TextObject(serialized: data[...], allowsDouble: true), case .blob(let blob) = object
        else { return }
        try require(blob.byteCount <= RawDeflate.limit * 2, "a blob is too big")
        _ = (blob.text, blob.item("0"))
    }

    /// The same of what lies compressed inside of objects.
    private static func readItems(_ data: [UInt8]) throws {
        guard let count = UInt16(exactly: data.count) else { return }
        // A block of deflate that is only stored.
        let packed = [1] + [count, ~count].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } + data
        func property(_ name: String) -> PHPValue {
            name == "mCompressed" || name == "mItems" ? .string(packed[...]) : .null
        }
        let blobs: [(any HistoryBlob)?] = [try? DiffBlob(property), try? ConcatenatedBlob(property)]
        for blob in blobs { try require((blob?.byteCount ?? 0) <= RawDeflate.limit * 2, "a blob is too big") }
    }

    private static func readAddress(_ text: String) throws {
        for style in [StubIDStyle.numbersOnly, .anyAddress] { _ = TextAddress.stubID(text, style: style) }
        guard let address = TextAddress(text) else { return }
        _ = address.flags
        try require(!address.path.isEmpty, "an address without a path")
        try require((address.row ?? 1) > 0, "a row without a number")
    }
}
