public import SystemPackage

/// A file with the answer of MediaWiki's API to `action=query&meta=siteinfo&siprop=general|namespaces`.
/// The siteinfo jobs want more properties in it, the built-in ones `namespacealiases` and `magicwords`.
///
/// Both formats of the answer are read (`formatversion` 1 and 2), with the `query` object around it or without.
public struct SiteInfoFile: Sendable, Hashable {
    /// Where the file is.
    public let path: FilePath

    /// Names a file. Nothing is read yet.
    public init(_ path: FilePath) { self.path = path }

    /// Reads the file.
    /// - Throws: ``DumpError`` with code `configuration` if there is no file, or a key is missing or wrong in it; with code
    ///   `fileSystem` or `permission` if the file cannot be read.
    public func read() throws(DumpError) -> SiteInfo {
        let bytes = try content()
        let answer: JSONValue
        do throws(DumpError) {
            answer = try JSONValue(parsing: bytes)
        } catch {
            throw fault("is damaged: \(error.message)")
        }
        if let error = answer["error"] {
            throw fault("holds an error of the API: \(error["info"]?.string ?? error["code"]?.string ?? "unknown")")
        }
        let query = answer["query"] ?? answer
        let general = try object("general", of: query)
        return SiteInfo(
            siteName: try string("sitename", of: general), databaseName: try string("wikiid", of: general),
            base: try string("base", of: general), generator: try string("generator", of: general),
            capitalization: try capitalization(of: general, key: "general.case"),
            language: LanguageCode.tag(try string("lang", of: general)),
            namespaces: try namespaces(try object("namespaces", of: query)))
    }

    private func content() throws(DumpError) -> [UInt8] {
        do throws(DumpError) {
            return try FileSystem.read(path)
        } catch {
            guard error.cause as? Errno == .noSuchFileOrDirectory else { throw error }
            throw DumpError(
                .configuration, "there is no siteinfo file \(path)",
                remedy: "correct [source] siteinfo, or make the file: save what the wiki answers to \(Self.request)")
        }
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

    private func object(_ key: String, of parent: JSONValue) throws(DumpError) -> JSONValue {
        guard let value = parent[key], case .object = value else { throw fault("has no object at query.\(key)") }
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

    private func fault(_ message: String) -> DumpError {
        DumpError(
            .configuration, "the siteinfo file \(path) \(message)",
            remedy: "fetch it again from the wiki: \(Self.request)")
    }

    private static let request =
        "api.php?action=query&meta=siteinfo&format=json&siprop=general|namespaces|namespacealiases|magicwords"
}
