public import SystemPackage

/// What a wiki said about itself at the start of a run, and where the answers came from.
///
/// The wiki's PHP knows everything. The API does not reveal the log restrictions or the encoding of old texts. A file knows
/// only what the API knew when the file was made. Unknown facts are nil.
public struct WikiFacts: Sendable, Hashable {
    /// Where the facts came from.
    public enum Origin: Sendable, Hashable {
        /// The wiki's own PHP, in the folder of its MediaWiki.
        case php(FilePath)
        /// The wiki's API at a URL.
        case api(String)
        /// A file with a saved answer of the API, and the time it was last changed.
        case file(FilePath, changed: UTCTime)
        /// The program that uses this library.
        case caller
    }

    /// Names, namespaces and addresses, for the header of every export.
    public var siteInfo: SiteInfo
    /// Where the facts came from.
    public var origin: Origin
    /// The log types that are not public: the keys of `$wgLogRestrictions`. MediaWiki exports none of them, whichever right
    /// they require.
    public var logRestrictions: Set<String>?
    /// Whether anonymous visitors may read the wiki.
    public var everybodyMayRead: Bool?
    /// The encoding of old texts that are not marked as UTF-8 (`$wgLegacyEncoding`); empty if the wiki has none.
    public var legacyEncoding: String?
    /// Why the wiki could not be asked in a way that the configuration names, one sentence each.
    public var refusals: [String] = []

    /// The API's answers to known requests.
    var answers: [SiteInfoRequest: [UInt8]] = [:]
    /// A saved answer whose request is not known.
    var savedAnswer: SiteInfoAnswer?

    /// Makes facts with only a siteinfo; everything else is unknown.
    public init(siteInfo: SiteInfo, origin: Origin = .caller) {
        self.siteInfo = siteInfo
        self.origin = origin
    }

    /// When the saved answer that replaces the wiki was made; nil if the wiki itself was asked.
    public var savedAt: UTCTime? {
        if case .file(_, let changed) = origin { changed } else { nil }
    }

    /// Whether the facts come from the wiki itself, or from a file that is less than a day old.
    func isRecent(at now: UTCTime) -> Bool { days(at: now) == 0 }

    /// The age of the file in whole days; 0 if the wiki itself was asked.
    private func days(at now: UTCTime) -> Int64 {
        guard case .file(_, let changed) = origin else { return 0 }
        return Int64(max(0, now.seconds - changed.seconds) / 86_400)
    }

    /// What an operator should know about the origin of the facts.
    /// - Parameter now: The time of the run, for the age of a file.
    public func remarks(at now: UTCTime) -> [String] {
        guard case .file(let path, _) = origin else { return refusals }
        let days = days(at: now)
        let words = days == 0 ? "less than a day" : days == 1 ? "1 day" : "\(days) days"
        return refusals + ["the siteinfo of \(siteInfo.databaseName) is from \(path), which is \(words) old"]
    }

    /// The API's answer to a request.
    /// - Throws: ``DumpError`` with code `outputBad` if no known answer covers it.
    func answer(to request: SiteInfoRequest) throws(DumpError) -> [UInt8] {
        if let bytes = answers[request] { return bytes }
        var failure = DumpError(.outputBad, "\(siteInfo.databaseName) was not asked for its siteinfo")
        if let savedAnswer {
            do throws(DumpError) { return try savedAnswer.text(of: request) } catch { failure = error }
        }
        for (other, bytes) in answers.sorted(by: { $0.key.formatVersion < $1.key.formatVersion }) {
            do throws(DumpError) {
                return try SiteInfoAnswer(bytes, of: "the answer to \(other.query)").text(of: request)
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
