/// Which redirect targets an export shows, and how.
///
/// MediaWiki makes the same checks when it reads a row of the table `redirect`. The namespace must exist, the title must be
/// valid, and the target must not be a page that only logs out or redirects again. If a namespace or an interwiki prefix is
/// no longer configured, the target disappears or becomes a plain title.
struct RedirectRules: Sendable {
    private let namespaces: [Int: SiteInfo.Namespace]
    private let interwikis: Set<String>
    private static let canonicalNames = [
        -1: "Special", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk", 6: "File",
        7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk", 12: "Help",
        13: "Help talk", 14: "Category", 15: "Category talk",
    ]

    init(namespaces: [SiteInfo.Namespace], interwikis: Set<String>) {
        self.namespaces = Dictionary(namespaces.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.interwikis = interwikis
    }

    /// The target with its prefix and with spaces, or nil if the export shows none.
    func target(namespace: Int, title: [UInt8], interwiki: String) -> [UInt8]? {
        // Media pages are virtual; redirects to them lead to the file page.
        let number = namespace == -2 ? 6 : namespace
        guard let space = namespaces[number], title.isUTF8 else { return nil }
        guard interwiki.isEmpty else {
            // For targets on another wiki, MediaWiki uses the English name of the namespace.
            let name = number == 0 ? [] : Array((Self.canonicalNames[number] ?? space.name).utf8) + [colon]
            return foreign(interwiki, name: Self.key(name + title))
        }
        return local(space, prefix: number == 0 ? [] : Array(space.name.utf8) + [colon], key: Self.key(title))
    }

    /// The cleaned title without a fragment (`#…`), which does not belong in a stored title.
    private static func key(_ title: [UInt8]) -> [UInt8] {
        var key = cleaned(title)
        if let mark = key.firstIndex(of: UInt8(ascii: "#")) {
            key.removeSubrange(mark...)
            while key.last == underscore { key.removeLast() }
        }
        return key
    }

    private func local(_ space: SiteInfo.Namespace, prefix: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard Self.isValid(key, limit: space.id == -1 ? 512 : 255) else { return nil }
        if space.id == -1, Self.isUnreachable(key) { return nil }
        return prefix + Self.spaced(space.capitalization == "first-letter" ? Self.capitalized(key) : key)
    }

    private func foreign(_ interwiki: String, name: [UInt8]) -> [UInt8]? {
        let lower = interwiki.lowercased()
        guard interwikis.contains(lower) || interwikis.contains(interwiki) else {
            // The prefix is no longer known, so MediaWiki reads it as part of a title in the main namespace.
            guard let space = namespaces[0] else { return nil }
            return local(space, prefix: [], key: Self.cleaned(Array(interwiki.utf8) + [colon] + name))
        }
        guard Self.isValid(name, limit: 255) else { return nil }
        return Array(lower.utf8) + [colon] + Self.spaced(name)
    }

    private static func spaced(_ key: [UInt8]) -> [UInt8] { key.map { $0 == underscore ? UInt8(ascii: " ") : $0 } }

    private static func capitalized(_ key: [UInt8]) -> [UInt8] {
        guard let first = String(decoding: key.prefix(4), as: UTF8.self).unicodeScalars.first else { return key }
        return Array(first.properties.uppercaseMapping.utf8) + key.dropFirst(UTF8.width(first))
    }

    /// The title without bidirectional marks, and with each run of white space replaced by one underscore.
    private static func cleaned(_ title: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in String(decoding: title, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x200E, 0x200F, 0x202A...0x202E: continue
            case 0x20, 0x5F, 0xA0, 0x1680, 0x180E, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
                if result.last != underscore && !result.isEmpty { result.append(underscore) }
            default: result += Array(String(scalar).utf8)
            }
        }
        while result.last == underscore { result.removeLast() }
        return result
    }

    /// Whether a cleaned title may be the name of a page.
    private static func isValid(_ key: [UInt8], limit: Int) -> Bool {
        guard !key.isEmpty, key.count <= limit, key[0] != colon, key.allSatisfy(isLegal) else { return false }
        let parts = key.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) { return false }
        return !key.indices.contains { position in
            let rest = key[position...]
            return rest.starts(with: "~~~".utf8) || rest.starts(with: [0xEF, 0xBF, 0xBD]) || isEscape(rest)
        }
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F: false
        case UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: true
        }
    }

    /// Whether an escape such as `%41` or `&amp;` starts here. Neither is allowed in a title.
    private static func isEscape(_ rest: ArraySlice<UInt8>) -> Bool {
        func isHex(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit && byte < 0x80 }
        if rest.first == UInt8(ascii: "%") {
            let digits = rest.dropFirst().prefix(2)
            return digits.count == 2 && digits.allSatisfy(isHex)
        }
        guard rest.first == UInt8(ascii: "&") else { return false }
        let name = rest.dropFirst().prefix { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
                true
            default: false
            }
        }
        return !name.isEmpty && rest.dropFirst(name.count + 1).first == UInt8(ascii: ";")
    }

    /// Whether the key is a special page that no redirect may lead to, by its English name.
    private static func isUnreachable(_ key: [UInt8]) -> Bool {
        let name = String(decoding: key.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self).lowercased()
        return ["userlogout", "logout", "filepath", "mypage", "mytalk", "redirect"].contains(name)
    }
}

private let underscore = UInt8(ascii: "_")
private let colon = UInt8(ascii: ":")
