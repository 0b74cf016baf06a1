/// Language codes of MediaWiki and the tags of BCP 47 that an export has in their place.
enum LanguageCode {
    /// The tag that stands for a code, as MediaWiki 1.39 writes it: `zh-min-nan` is `nan`, `sr-ec` is `sr-Cyrl`.
    static func tag(_ code: String) -> String {
        let lower = code.lowercased()
        let current = renamed[lower] ?? lower
        let parts = (tags[current] ?? current).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        return parts.indices.map { place in
            let part = parts[place].lowercased()
            if place == 0 || parts[place - 1].lowercased() == "x" { return part }
            return switch part.utf8.count {
            case 2: part.uppercased()
            case 4: part.prefix(1).uppercased() + part.dropFirst()
            default: part
            }
        }.joined(separator: "-")
    }

    /// Codes that MediaWiki gave up for others.
    private static let renamed = [
        "als": "gsw", "bat-smg": "sgs", "be-x-old": "be-tarask", "fiu-vro": "vro", "roa-rup": "rup",
        "zh-classical": "lzh", "zh-min-nan": "nan", "zh-yue": "yue",
    ]

    /// Codes that are no tags.
    private static let tags = [
        "cbk-zam": "cbk", "de-formal": "de-x-formal", "eml": "egl", "en-rtl": "en-x-rtl", "es-formal": "es-x-formal",
        "hu-formal": "hu-x-formal", "map-bms": "jv-x-bms", "mo": "ro-Cyrl-MD", "nrm": "nrf",
        "nl-informal": "nl-x-informal", "roa-tara": "nap-x-tara", "simple": "en-simple", "sr-ec": "sr-Cyrl",
        "sr-el": "sr-Latn", "zh-cn": "zh-Hans-CN", "zh-sg": "zh-Hans-SG", "zh-my": "zh-Hans-MY", "zh-tw": "zh-Hant-TW",
        "zh-hk": "zh-Hant-HK", "zh-mo": "zh-Hant-MO",
    ]
}
