import SystemPackage

/// A file with the API's answer to `action=query&meta=siteinfo&siprop=general|namespaces`. The siteinfo jobs need more
/// properties in it; the built-in ones need `namespacealiases` and `magicwords`.
///
/// Both formats of the answer (`formatversion` 1 and 2) are accepted, with or without the `query` object around the
/// properties.
struct SiteInfoFile: WikiInquiry, Hashable {
    let path: FilePath

    let tablePrefix: String

    init(_ path: FilePath, tablePrefix: String = "") {
        self.path = path
        self.tablePrefix = tablePrefix
    }

    /// Reads the file.
    /// - Throws: ``DumpError`` with code `configuration` if the file does not exist, or if a key in it is missing or wrong;
    ///   with code `fileSystem` or `permission` if the file cannot be read.
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
            let bytes = try FileSystem.real.read(path)
            return (bytes, try FileSystem.real.status(path)?.modified ?? SystemWallClock().now())
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
