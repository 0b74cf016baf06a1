/// The character data for canonical composition (NFC), from Unicode 15.0.
struct NormalizationTables: Sendable {
    struct Properties: Sendable, Hashable {
        /// The canonical combining class, 0 for a starter.
        var combiningClass: UInt8 = 0
        /// Whether composed text may contain the character in any position (`NFC_Quick_Check=Yes`).
        var isStable = true
        /// Whether the character is missing from MediaWiki's own older tables.
        var isRecent = false
    }

    /// The tables, built at first use.
    static let shared = NormalizationTables()

    /// All code points from here on are inert.
    static let limit: UInt32 = 0x30000

    /// The start in `kinds` of each block of 128 code points.
    let pages: [UInt16]
    /// For each code point, an index into `properties`. 0 stands for an inert character, which never changes and never
    /// combines with a character before it.
    let kinds: [UInt8]
    let properties: [Properties]
    /// The code points that decompose, rising.
    private let decomposable: [UInt32]
    /// The start in `parts` of each full decomposition, plus the end of the last one.
    private let partStarts: [UInt32]
    private let parts: [UInt32]
    /// The pairs that compose, as `first << 32 | second`, rising.
    private let pairs: [UInt64]
    private let composed: [UInt32]

    private init() {
        var behaviour: [UInt32: Properties] = [:]
        for (first, last, value) in CodePointList(NormalizationData.combiningClasses).ranges() {
            for codePoint in first...last { behaviour[codePoint, default: .init()].combiningClass = UInt8(value) }
        }
        var direct: [UInt32: [UInt32]] = [:]
        var pairs: [(UInt64, UInt32)] = []
        for entry in CodePointList(NormalizationData.decompositions).decompositions() {
            direct[entry.composed] = entry.parts
            if entry.composes {
                pairs.append((UInt64(entry.parts[0]) << 32 | UInt64(entry.parts[1]), entry.composed))
                behaviour[entry.parts[1], default: .init()].isStable = false
            } else {
                behaviour[entry.composed, default: .init()].isStable = false
            }
        }
        for jamo in [Hangul.vowels, Hangul.trailing] {
            for codePoint in jamo { behaviour[codePoint, default: .init()].isStable = false }
        }
        for (first, last, _) in CodePointList(NormalizationData.recentMarks).ranges() {
            for codePoint in first...last { behaviour[codePoint, default: .init()].isRecent = true }
        }
        pairs.sort { $0.0 < $1.0 }
        self.pairs = pairs.map(\.0)
        composed = pairs.map(\.1)

        decomposable = direct.keys.sorted()
        var starts: [UInt32] = []
        var parts: [UInt32] = []
        func expand(_ codePoint: UInt32) {
            guard let deeper = direct[codePoint] else { return parts.append(codePoint) }
            for part in deeper { expand(part) }
        }
        for codePoint in decomposable {
            starts.append(UInt32(parts.count))
            expand(codePoint)
        }
        starts.append(UInt32(parts.count))
        partStarts = starts
        self.parts = parts
        (pages, kinds, properties) = Self.compact(behaviour)
    }

    /// Spreads the properties over pages of 128 code points. All inert pages share the first one.
    private static func compact(
        _ behaviour: [UInt32: Properties]
    ) -> (pages: [UInt16], kinds: [UInt8], properties: [Properties]) {
        var pages = [UInt16](repeating: 0, count: Int(limit) / 128)
        var kinds = [UInt8](repeating: 0, count: 128)
        var properties = [Properties()]
        var indices = [Properties(): UInt8(0)]
        for codePoint in behaviour.keys.sorted() {
            let value = behaviour[codePoint] ?? Properties()
            if indices[value] == nil {
                indices[value] = UInt8(properties.count)
                properties.append(value)
            }
            let page = Int(codePoint) / 128
            if pages[page] == 0 {
                pages[page] = UInt16(kinds.count)
                kinds += [UInt8](repeating: 0, count: 128)
            }
            kinds[Int(pages[page]) + Int(codePoint) % 128] = indices[value] ?? 0
        }
        return (pages, kinds, properties)
    }

    func properties(of codePoint: UInt32) -> Properties {
        guard codePoint < Self.limit else { return properties[0] }
        return properties[Int(kinds[Int(pages[Int(codePoint >> 7)]) + Int(codePoint & 127)])]
    }

    /// The full decomposition of a character; nil if it has none. Hangul syllables are not covered.
    func decomposition(of codePoint: UInt32) -> ArraySlice<UInt32>? {
        guard let index = Self.find(codePoint, in: decomposable) else { return nil }
        return parts[Int(partStarts[index])..<Int(partStarts[index + 1])]
    }

    /// The composition of two characters; nil if they do not compose. Pairs of jamo are not covered.
    func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
        Self.find(UInt64(first) << 32 | UInt64(second), in: pairs).map { composed[$0] }
    }

    private static func find<Value: Comparable>(_ value: Value, in sorted: [Value]) -> Int? {
        let index = sorted.partitioningIndex { $0 >= value }
        return index < sorted.count && sorted[index] == value ? index : nil
    }
}

/// The arithmetic of Hangul syllables (Unicode Standard, section 3.12).
enum Hangul {
    static let leading: Range<UInt32> = 0x1100..<0x1113
    static let vowels: Range<UInt32> = 0x1161..<0x1176
    static let trailing: Range<UInt32> = 0x11A8..<0x11C3
    static let syllables: Range<UInt32> = 0xAC00..<0xD7A4

    /// The syllable composed of two jamo, or of a syllable without a trailing jamo and a trailing jamo.
    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if leading.contains(first), vowels.contains(second) {
            return syllables.lowerBound + ((first - leading.lowerBound) * 21 + (second - vowels.lowerBound)) * 28
        }
        if syllables.contains(first), (first - syllables.lowerBound) % 28 == 0, trailing.contains(second) {
            return first + (second - trailing.lowerBound) + 1
        }
        return nil
    }

    /// Appends the jamo that a syllable decomposes to.
    static func decompose(_ syllable: UInt32, into parts: inout [UInt32]) {
        let index = syllable - syllables.lowerBound
        parts.append(leading.lowerBound + index / 588)
        parts.append(vowels.lowerBound + index % 588 / 28)
        if index % 28 != 0 { parts.append(trailing.lowerBound + index % 28 - 1) }
    }
}

/// Parses the lists of ``NormalizationData`` and ``ArabicForms``.
struct CodePointList {
    private let items: [Substring]

    init(_ text: StaticString) {
        items = text.description.split(separator: " ")
    }

    private static func number(_ text: Substring) -> UInt32 {
        guard let number = UInt32(text, radix: 16) else { preconditionFailure("\(text) is no hexadecimal number") }
        return number
    }

    /// The entries `FIRST`, `FIRST-LAST`, `FIRST=VALUE` and `FIRST-LAST=VALUE`. A missing value is 0.
    func ranges() -> [(first: UInt32, last: UInt32, value: UInt32)] {
        items.map { item in
            let sides = item.split(separator: "=")
            let ends = sides[0].split(separator: "-").map(Self.number)
            return (ends[0], ends[ends.count - 1], sides.count > 1 ? Self.number(sides[1]) : 0)
        }
    }

    /// The entries `FIRST=PART[+PART...]` and `FIRST-LAST=PART[+PART...]`: characters and their replacements.
    func replacements() -> [(characters: ClosedRange<UInt32>, parts: [UInt32])] {
        items.map { item in
            let sides = item.split(separator: "=")
            let ends = sides[0].split(separator: "-").map(Self.number)
            return (ends[0]...ends[ends.count - 1], sides[1].split(separator: "+").map(Self.number))
        }
    }

    /// The entries `COMPOSED=FIRST+SECOND` and `COMPOSED>FIRST[+SECOND]`. The latter do not compose.
    func decompositions() -> [(composed: UInt32, parts: [UInt32], composes: Bool)] {
        items.map { item in
            let sides = item.split { $0 == "=" || $0 == ">" }
            return (Self.number(sides[0]), sides[1].split(separator: "+").map(Self.number), item.contains("="))
        }
    }
}
