/// An answer of MediaWiki's API to `action=query&meta=siteinfo`, in format 1 or 2.
///
/// In format 1, an empty string means true, a missing key means false, and an element's text is under `*`. Format 2 uses
/// booleans and named keys. An answer in one format can be converted to the other if its properties are known here.
struct SiteInfoAnswer: Sendable, Hashable {
    /// The properties, such as `general`.
    let properties: [JSONValue.Member]
    /// The format: 1 or 2.
    let version: Int
    /// The name of the answer in errors.
    private let name: String

    /// Parses an answer, with or without the `query` object around the properties.
    /// - Parameter name: The name of the answer in errors: a file or a URL.
    /// - Throws: ``DumpError`` with code `outputBad` that says what is wrong.
    init(_ bytes: [UInt8], of name: String) throws(DumpError) {
        self.name = name
        let answer: JSONValue
        do throws(DumpError) { answer = try JSONValue(parsing: bytes) } catch {
            throw Self.fault(name, "is \(error.message)")
        }
        if let error = answer["error"] {
            let code = error["code"]?.string
            throw Self.fault(
                name, "is an error of the API: \(error["info"]?.string ?? code ?? "unknown")",
                cause: code == "readapidenied" ? ReadDenied() : nil)
        }
        let query = answer["query"] ?? (answer["general"] == nil ? nil : answer)
        guard let members = query?.members else { throw Self.fault(name, "has no “query”") }
        properties = members
        let main = query?["namespaces"]?["0"]
        version = answer["batchcomplete"]?.string == "" || main?["*"] != nil ? 1 : 2
    }

    /// Checks that the answer has every property of a list.
    /// - Throws: ``DumpError`` with code `outputBad` that names the missing ones.
    func check(has names: [String]) throws(DumpError) {
        let missing = names.filter { name in !properties.contains { $0.key == name && $0.value != .null } }
        if !missing.isEmpty { throw fault("lacks \(missing.joined(separator: ", "))") }
    }

    /// What the API would answer to a request.
    /// - Throws: ``DumpError`` with code `outputBad` if a property is missing or cannot be converted to the format.
    func text(of request: SiteInfoRequest) throws(DumpError) -> [UInt8] {
        try check(has: request.properties)
        let wanted = request.formatVersion
        var members: [JSONValue.Member] = []
        for name in request.properties {
            guard let value = properties.last(where: { $0.key == name })?.value else { continue }
            if wanted == version {
                members.append(JSONValue.Member(name, value))
            } else if let told = wanted == 1 ? SiteInfoFormat.old(name, value) : SiteInfoFormat.new(name, value) {
                members.append(JSONValue.Member(name, told))
            } else {
                throw fault("has \(name) in format \(version), which cannot be converted to format \(wanted)")
            }
        }
        let answer = JSONValue.object([
            JSONValue.Member("batchcomplete", wanted == 1 ? "" : .bool(true)),
            JSONValue.Member("query", .object(members)),
        ])
        return answer.bytes
    }

    func fault(_ message: String) -> DumpError { Self.fault(name, message) }

    private static func fault(_ name: String, _ message: String, cause: (any Error)? = nil) -> DumpError {
        DumpError(.outputBad, "\(name) \(message)", cause: cause)
    }
}

/// The API error `readapidenied`.
struct ReadDenied: Error, CustomStringConvertible {
    var description: String { "readapidenied" }
}

extension SiteInfoAnswer {
    /// The data for the header of an export, as far as the API reveals it.
    /// - Parameter tablePrefix: The prefix of all table names. MediaWiki appends it to the database name here, but not in an
    ///   export.
    /// - Throws: ``DumpError`` with code `outputBad` that names the missing or wrong key.
    func siteInfo(tablePrefix: String = "") throws(DumpError) -> SiteInfo {
        let general = try object("general")
        let language = LanguageCode(
            try string("lang", of: general), generator: try string("generator", of: general))
        var textFixes = language.textFixes
        if [.bool(true), ""].contains(general["allunicodefixes"]) { textFixes = .all }
        let wikiID = try string("wikiid", of: general)
        let suffix = "-" + tablePrefix
        let database =
            !tablePrefix.isEmpty && wikiID.hasSuffix(suffix)
            ? String(wikiID.dropLast(suffix.count)) : wikiID
        return SiteInfo(
            siteName: try string("sitename", of: general), databaseName: database,
            base: try string("base", of: general), generator: try string("generator", of: general),
            capitalization: try capitalization(of: general, key: "general.case"),
            language: language.tag, namespaces: try namespaces(try object("namespaces")),
            textFixes: textFixes)
    }

    private func namespaces(_ all: JSONValue) throws(DumpError) -> [SiteInfo.Namespace] {
        var result: [SiteInfo.Namespace] = []
        for space in (all.members ?? []).map(\.value) {
            guard let id = space["id"]?.integer.flatMap({ Int(exactly: $0) }) else {
                throw fault("has no number at query.namespaces.*.id")
            }
            let key = "namespaces.\(id)"
            // Format 1 puts the name under "*", format 2 under "name".
            guard let name = (space["name"] ?? space["*"])?.string else {
                throw fault("has no text at query.\(key).name")
            }
            let spaced = String(name.map { $0 == "_" ? " " : $0 })
            result.append(
                SiteInfo.Namespace(
                    id: id, name: spaced, capitalization: try capitalization(of: space, key: "\(key).case")))
        }
        guard result.contains(where: { $0.id == 0 }) else { throw fault("has no main namespace at query.namespaces.0") }
        return result.sorted { $0.id < $1.id }
    }

    private func object(_ key: String) throws(DumpError) -> JSONValue {
        guard let value = properties.last(where: { $0.key == key })?.value, case .object = value else {
            throw fault("has no object at query.\(key)")
        }
        return value
    }

    private func string(_ key: String, of general: JSONValue) throws(DumpError) -> String {
        guard let text = general[key]?.string else { throw fault("has no text at query.general.\(key)") }
        return text
    }

    private func capitalization(of parent: JSONValue, key: String) throws(DumpError) -> String {
        guard let text = parent["case"]?.string, text == "first-letter" || text == "case-sensitive" else {
            throw fault("has neither first-letter nor case-sensitive at query.\(key)")
        }
        return text
    }
}
