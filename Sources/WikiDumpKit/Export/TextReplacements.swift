/// Characters that are replaced if certain bytes follow. Each is three bytes long in UTF-8.
struct TextReplacements: Sendable {
    private let leads: Set<UInt8>
    private let tail: [UInt8]
    private let values: [UInt32: [UInt8]]

    private init(_ list: CodePointList, tail: String = "") {
        func text(_ codePoints: [UInt32]) -> [UInt8] {
            codePoints.compactMap(Unicode.Scalar.init).flatMap { Array(UTF8.encode($0) ?? .init()) }
        }
        var values: [UInt32: [UInt8]] = [:]
        for (characters, parts) in list.replacements() {
            for character in characters { values[character] = text(parts) }
        }
        self.values = values
        leads = Set(values.keys.map { UInt8(truncatingIfNeeded: 0xE0 | $0 >> 12) })
        self.tail = Array(tail.utf8)
    }

    static let arabic = TextReplacements(CodePointList(ArabicForms.list))
    /// Malayalam letters followed by virama and joiner, as in MediaWiki's `NormalizeMl`.
    static let malayalam = TextReplacements(
        CodePointList("D23=D7A D28=D7B D30=D7C D32=D7D D33=D7E D15=D7F"), tail: "\u{0D4D}\u{200D}")

    /// Makes the replacements in the bytes from an index on.
    func apply(to bytes: inout [UInt8], from start: Int) {
        var result: [UInt8] = []
        var (copied, place) = (start, start)
        while place + 2 < bytes.count {
            guard leads.contains(bytes[place]), let value = value(bytes, at: place) else {
                place += 1
                continue
            }
            result += bytes[copied..<place]
            result += value
            place += 3 + tail.count
            copied = place
        }
        if copied == start { return }
        result += bytes[copied...]
        bytes.replaceSubrange(start..., with: result)
    }

    private func value(_ bytes: [UInt8], at place: Int) -> [UInt8]? {
        guard bytes[(place + 3)...].starts(with: tail) else { return nil }
        let (first, second, third) = (
            UInt32(bytes[place]), UInt32(bytes[place + 1]), UInt32(bytes[place + 2])
        )
        return values[(first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F]
    }
}

extension TextFixes {
    /// Corrects the bytes from an index on. This works on escaped text too, because escaping changes only ASCII.
    func apply(to bytes: inout [UInt8], from start: Int) {
        if contains(.arabic) { TextReplacements.arabic.apply(to: &bytes, from: start) }
        if contains(.malayalam) { TextReplacements.malayalam.apply(to: &bytes, from: start) }
    }
}
