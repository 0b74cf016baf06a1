public import SystemPackage

/// What a wiki says of itself when it is asked at the beginning of a run, and who was asked.
///
/// Its PHP knows everything. The API does not tell the restrictions of the log nor the encoding of old texts, and a file
/// knows no more than the API did when the file was made. What is not known is nil.
public struct WikiFacts: Sendable, Hashable {
    /// Who said it.
    public enum Origin: Sendable, Hashable {
        /// The wiki's own PHP, in the folder of its MediaWiki.
        case php(FilePath)
        /// The wiki's API at an address.
        case api(String)
        /// A file with an answer of the API, and when it was last changed.
        case file(FilePath, changed: UTCTime)
        /// The program that uses this library.
        case caller
    }

    /// Names, namespaces and addresses, for the head of every export.
    public var siteInfo: SiteInfo
    /// Who said it.
    public var origin: Origin
    /// The types of log entries that not everybody may see: the keys of `$wgLogRestrictions`. MediaWiki exports none of
    /// them, whatever the right is that it names.
    public var logRestrictions: Set<String>?
    /// Whether who is not logged in may read the wiki.
    public var everybodyMayRead: Bool?
    /// The encoding of old texts that are not marked as UTF-8, `$wgLegacyEncoding`; empty if the wiki has none.
    public var legacyEncoding: String?
    /// Why the wiki itself could not be asked in a way that the configuration names, a sentence for each.
    public var refusals: [String] = []

    /// The answers to requests, as the API gives them.
    var answers: [SiteInfoRequest: [UInt8]] = [:]
    /// An answer to a request that is not known.
    var savedAnswer: SiteInfoAnswer?

    /// Makes facts of what is known anyway.
    public init(siteInfo: SiteInfo, origin: Origin = .caller) {
        self.siteInfo = siteInfo
        self.origin = origin
    }

    /// When the answer was saved that stands in for the wiki; nil if the wiki was asked.
    public var savedAt: UTCTime? {
        if case .file(_, let changed) = origin { changed } else { nil }
    }

    /// Whether they are from today: from the wiki itself, or from a file that is less than a day old.
    func isRecent(at now: UTCTime) -> Bool { days(at: now) == 0 }

    /// How old a file is, in whole days.
    private func days(at now: UTCTime) -> Int64 {
        guard case .file(_, let changed) = origin else { return 0 }
        return Int64(max(0, now.seconds - changed.seconds) / 86_400)
    }

    /// What an operator should know about where the facts come from.
    /// - Parameter now: The time of the run; the age of a file is told by it.
    public func remarks(at now: UTCTime) -> [String] {
        guard case .file(let path, _) = origin else { return refusals }
        let days = days(at: now)
        let words = days == 0 ? "less than a day" : days == 1 ? "1 day" : "\(days) days"
        return refusals + ["what \(siteInfo.databaseName) says of itself is from \(path), which is \(words) old"]
    }

    /// What the API answers to a request.
    /// - Throws: ``DumpError`` with code `outputBad` when nothing that was answered tells it.
    func answer(to request: SiteInfoRequest) throws(DumpError) -> [UInt8] {
        if let bytes = answers[request] { return bytes }
        var failure = DumpError(.outputBad, "nobody asked \(siteInfo.databaseName) for its siteinfo")
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
