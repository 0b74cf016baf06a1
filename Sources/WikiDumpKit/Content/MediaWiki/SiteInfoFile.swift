import SystemPackage

/// A file with the answer of MediaWiki's API to `action=query&meta=siteinfo&siprop=general|namespaces`.
/// The siteinfo jobs want more properties in it, the built-in ones `namespacealiases` and `magicwords`.
///
/// Both formats of the answer are read (`formatversion` 1 and 2), with the `query` object around it or without.
struct SiteInfoFile: WikiInquiry, Hashable {
    /// Where the file is.
    let path: FilePath

    /// What the names of all tables of the wiki begin with.
    let tablePrefix: String

    /// Names a file. Nothing is read yet.
    init(_ path: FilePath, tablePrefix: String = "") {
        self.path = path
        self.tablePrefix = tablePrefix
    }

    /// Reads the file.
    /// - Throws: ``DumpError`` with code `configuration` if there is no file, or a key is missing or wrong in it; with code
    ///   `fileSystem` or `permission` if the file cannot be read.
    func ask() throws(DumpError) -> WikiFacts {
        let (bytes, changed) = try content()
        do throws(DumpError) {
            let answer = try SiteInfoAnswer(bytes, of: "the siteinfo file \(path)")
            var facts = WikiFacts(
                siteInfo: try answer.siteInfo(tablePrefix: tablePrefix),
                origin: .file(path, changed: changed))
            facts.savedAnswer = answer
            return facts
        } catch {
            throw DumpError(
                .configuration, error.message, remedy: "fetch it again from the wiki: api.php?\(Self.request)")
        }
    }

    private func content() throws(DumpError) -> (bytes: [UInt8], changed: UTCTime) {
        do throws(DumpError) {
            let bytes = try FileSystem.read(path)
            return (bytes, try FileSystem.status(path)?.modified ?? SystemWallClock().now())
        } catch {
            guard error.cause as? Errno == .noSuchFileOrDirectory else { throw error }
            throw DumpError(
                .configuration, "there is no siteinfo file \(path)",
                remedy:
                    "correct [source] siteinfo, or make the file: save what the wiki answers to api.php?\(Self.request)"
            )
        }
    }

    private static let request =
        "action=query&meta=siteinfo&format=json&siprop=general|namespaces|namespacealiases|magicwords"
}
