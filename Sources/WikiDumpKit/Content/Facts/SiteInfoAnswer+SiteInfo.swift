extension SiteInfoAnswer {
    /// What the head of an export says, as far as the API tells it.
    /// - Parameter tablePrefix: What the names of all tables begin with: MediaWiki adds it to the name of the database here,
    ///   but not in an export.
    /// - Throws: ``DumpError`` with code `outputBad`, naming the key that is missing or wrong.
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
            // Format 1 has the name under "*", format 2 under "name".
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
