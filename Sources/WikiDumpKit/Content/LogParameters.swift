/// The stored parameters of a log entry: an array serialised by PHP, or lines in old entries.
struct LogParameters {
    /// The strings in the parameters, including keys.
    let texts: [[UInt8]]
    /// The revision that the entry is about, if it names one.
    let revision: Int64?

    /// Reads stored parameters. Damaged parameters are read as far as possible.
    init(_ stored: [UInt8]) {
        guard stored.starts(with: "a:".utf8) else {
            texts = stored.split(separator: UInt8(ascii: "\n")).map(Array.init)
            revision = nil
            return
        }
        var (texts, revision) = ([[UInt8]](), Int64?.none)
        var rest = stored[...]
        while let value = Self.nextText(&rest) {
            if value.elementsEqual("associated_rev_id".utf8) { revision = Self.number(rest) }
            texts.append(Array(value))
        }
        (self.texts, self.revision) = (texts, revision)
    }

    /// Returns the next serialised string, such as `s:5:"texts"`, and moves past it.
    private static func nextText(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        while let place = rest.firstIndex(of: UInt8(ascii: "s")) {
            rest = rest[(place + 1)...]
            guard rest.first == UInt8(ascii: ":"),
                let count = count(rest.dropFirst().prefix(20).prefix { $0 != UInt8(ascii: ":") })
            else { continue }
            let text = rest.dropFirst().drop { $0 != UInt8(ascii: ":") }.dropFirst()
            guard text.first == UInt8(ascii: "\""), text.count - 2 >= count else { continue }
            rest = text.dropFirst(count + 1)
            return text.dropFirst().prefix(count)
        }
        return nil
    }

    /// The number after a key: `";i:17;` or `";s:2:"17";`.
    private static func number(_ rest: ArraySlice<UInt8>) -> Int64? {
        guard rest.starts(with: "\";".utf8) else { return nil }
        let value = rest.dropFirst(2)
        if value.starts(with: "i:".utf8) {
            return count(value.dropFirst(2).prefix(20).prefix { $0 != UInt8(ascii: ";") }).map(Int64.init)
        }
        guard value.starts(with: "s:".utf8) else { return nil }
        var rest = value
        return nextText(&rest).flatMap { count($0) }.map(Int64.init)
    }

    private static func count(_ digits: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: digits, as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
    }
}
