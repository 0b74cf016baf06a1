/// A wiki's language code as the API returns it (`$wgLanguageCode`), and what it means for exports.
struct LanguageCode: Sendable, Hashable {
    /// The BCP 47 tag that an export shows instead of the code: `zh-min-nan` becomes `nan`, `sr-ec` becomes `sr-Cyrl`.
    let tag: String
    /// What MediaWiki corrects in texts in this language.
    let textFixes: TextFixes

    /// - Parameter generator: The software, such as `MediaWiki 1.43.9`. Some tags depend on the version.
    init(_ code: String, generator: String) {
        let lower = code.lowercased()
        let current = Self.renamed[lower] ?? lower
        let tag =
            (Self.hasScripts(generator) ? Self.tagsWithScripts[current] : nil) ?? Self.tags[current]
            ?? current
        self.tag = Self.cased(tag)
        textFixes = Self.arabic.contains(current) ? .arabic : current == "ml" ? .malayalam : []
    }

    private static func cased(_ tag: String) -> String {
        let parts = tag.split(separator: "-", omittingEmptySubsequences: false).map { $0.lowercased() }
        return parts.indices.map { place in
            let part = parts[place]
            if place == 0 || parts[place - 1] == "x" { return part }
            return switch part.utf8.count {
            case 2: part.uppercased()
            case 4: part.prefix(1).uppercased() + part.dropFirst()
            default: part
            }
        }.joined(separator: "-")
    }

    /// Whether it is MediaWiki 1.41 or later.
    private static func hasScripts(_ generator: String) -> Bool {
        let numbers = generator.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        guard numbers.count > 1 else { return false }
        return (numbers[0], numbers[1]) >= (1, 41)
    }

    /// Codes that MediaWiki replaces with others: deprecated codes, and codes of languages that it knows by another name.
    private static let renamed = [
        "als": "gsw", "bat-smg": "sgs", "be-x-old": "be-tarask", "bh": "bho", "en-simple": "en",
        "fiu-vro": "vro",
        "no": "nb", "roa-rup": "rup", "simple": "en", "zh-classical": "lzh", "zh-min-nan": "nan",
        "zh-yue": "yue",
    ]

    /// Codes that are not BCP 47 tags.
    private static let tags = [
        "cbk-zam": "cbk", "de-formal": "de-x-formal", "eml": "egl", "en-rtl": "en-x-rtl",
        "es-formal": "es-x-formal",
        "hu-formal": "hu-x-formal", "map-bms": "jv-x-bms", "mo": "ro-Cyrl-MD", "nrm": "nrf",
        "nl-informal": "nl-x-informal", "roa-tara": "nap-x-tara", "sr-ec": "sr-Cyrl",
        "sr-el": "sr-Latn", "zh-cn": "zh-Hans-CN", "zh-sg": "zh-Hans-SG", "zh-my": "zh-Hans-MY",
        "zh-tw": "zh-Hant-TW",
        "zh-hk": "zh-Hant-HK", "zh-mo": "zh-Hant-MO",
    ]

    private static let tagsWithScripts = [
        "crh-ro": "crh-Latn-RO", "kk-cn": "kk-Arab-CN", "kk-tr": "kk-Latn-TR",
    ]

    /// Languages that MediaWiki treats like Arabic, if it knows them.
    private static let arabic: Set = ["acm", "aeb-arab", "apc", "ar", "arq", "ary", "arz"]
}
