/// Converts properties of a siteinfo answer between the two formats (MediaWiki 1.39, `ApiQuerySiteinfo` and `ApiResult`).
enum SiteInfoFormat {
    private static let flagsOfGeneral = [
        "mainpageisdomainroot", "imagewhitelistenabled", "langconversion", "linkconversion", "titleconversion",
        "allunicodefixes", "fixarabicunicode", "fixmalayalamunicode", "rtl", "readonly", "writeapi", "misermode",
        "uploadsenabled", "interwikimagic", "nofollowlinks", "externallinktarget",
    ]
    private static let flagsOfGallery = ["captionLength", "showBytes", "showDimensions"]
    private static let kindsOfMagicLinks = ["ISBN", "PMID", "RFC"]

    /// Converts a property from format 2 to format 1; nil if the conversion is not known.
    static func old(_ property: String, _ value: JSONValue) -> JSONValue? {
        switch property {
        case "general": withoutBooleans(value)
        case "namespaces": mapMembers(of: value) { withText($0, from: "name") }
        case "namespacealiases": mapElements(of: value) { withText($0, from: "alias") }
        case "magicwords": mapElements(of: value, withoutBooleans)
        default: nil
        }
    }

    /// Converts a property from format 1 to format 2; nil if the conversion is not known.
    static func new(_ property: String, _ value: JSONValue) -> JSONValue? {
        switch property {
        case "general": newGeneral(value)
        case "namespaces":
            mapMembers(of: value) { space in
                withFlags(["subpages", "content", "nonincludable"], renamed(space, "*", "name"))
            }
        case "namespacealiases": mapElements(of: value) { renamed($0, "*", "alias") }
        case "magicwords": mapElements(of: value) { withFlags(["case-sensitive"], $0) }
        default: nil
        }
    }

    // MARK: To format 1

    private static func withoutBooleans(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            let kept = members.compactMap { member -> JSONValue.Member? in
                switch member.value {
                // Format 1 keeps this boolean.
                case .bool where member.key == "variantarticlepath": member
                case .bool(false): nil
                case .bool(true): JSONValue.Member(member.key, "")
                default: JSONValue.Member(member.key, withoutBooleans(member.value))
                }
            }
            // PHP cannot tell an empty list from an empty object, nor a list from an object with the keys 0, 1, 2 ...
            if kept.indices.allSatisfy({ kept[$0].key == String($0) }) { return .array(kept.map(\.value)) }
            return .object(kept)
        case .array(let elements): return .array(elements.map(withoutBooleans))
        default: return value
        }
    }

    /// Moves the text of an element to the end, under `*`.
    private static func withText(_ value: JSONValue, from key: String) -> JSONValue {
        guard let text = value[key], let members = withoutBooleans(value).members else { return value }
        return .object(members.filter { $0.key != key } + [JSONValue.Member("*", text)])
    }

    // MARK: To format 2

    private static func newGeneral(_ value: JSONValue) -> JSONValue {
        let lists = value.members?.map { member in
            switch member.key {
            case "thumblimits", "imagelimits": JSONValue.Member(member.key, numbered(member.value))
            case "galleryoptions": JSONValue.Member(member.key, withFlags(flagsOfGallery, member.value))
            case "magiclinks": JSONValue.Member(member.key, withFlags(kindsOfMagicLinks, member.value))
            default: member
            }
        }
        return withFlags(flagsOfGeneral, .object(lists ?? []))
    }

    /// Turns empty strings into true, and missing keys into false.
    private static func withFlags(_ names: [String], _ value: JSONValue) -> JSONValue {
        let members = (value.members ?? []).map { member in
            names.contains(member.key) && member.value.string == "" ? JSONValue.Member(member.key, .bool(true)) : member
        }
        let missing = names.filter { name in !members.contains { $0.key == name } }
        return .object(members + missing.map { JSONValue.Member($0, .bool(false)) })
    }

    private static func renamed(_ value: JSONValue, _ old: String, _ new: String) -> JSONValue {
        .object((value.members ?? []).map { $0.key == old ? JSONValue.Member(new, $0.value) : $0 })
    }

    private static func numbered(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return value }
        return .object(elements.enumerated().map { JSONValue.Member(String($0), $1) })
    }

    // MARK: Both

    private static func mapMembers(of value: JSONValue, _ body: (JSONValue) -> JSONValue) -> JSONValue {
        .object((value.members ?? []).map { JSONValue.Member($0.key, body($0.value)) })
    }

    private static func mapElements(of value: JSONValue, _ body: (JSONValue) -> JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return value }
        return .array(elements.map(body))
    }
}
