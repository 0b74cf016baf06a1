/// What an export says about a revision, without its text.
public struct RevisionSummary: Sendable, Hashable {
    /// The id of the revision.
    public var id: Int64
    /// The id of the previous revision; nil for the first revision of a page, or if the export does not say.
    public var parentID: Int64?
    /// The time of the edit, as in the XML: `2024-05-01T12:00:00Z`.
    public var timestamp = ""
    /// The name or the IP address of its author, as plain text; nil if it is hidden.
    public var contributor: String?
    /// The id of its author; nil for IP addresses and hidden authors.
    public var contributorID: Int64?
    /// Whether its author marked it as minor.
    public var isMinor = false
    /// The size of the text of its main slot before it was escaped for XML, in bytes; nil if the export does not say or the text
    /// is hidden.
    public var byteCount: Int64?
    /// The sizes of the texts of all slots together; nil if one is not known.
    public var totalByteCount: Int64?
}

/// Lists the revisions of a page whose XML arrives in pieces of any size. It keeps one revision at a time.
public struct RevisionLister: Sendable {
    /// The longest value that is kept. The longest that matters is the name of an author.
    private static let longestValue = 4096
    private var tags = TagScanner(startingAt: 0)
    private var revision: RevisionSummary?
    private var hasID = false
    private var hasText = false
    private var isInContributor = false
    /// The text since the last tag, if that began a value that matters.
    private var value: [UInt8]?

    /// Makes a lister.
    public init() {}

    /// Looks through the next bytes.
    /// - Returns: the revisions that end in them, in order.
    public mutating func scan(_ bytes: ArraySlice<UInt8>) -> [RevisionSummary] {
        unsafe bytes.withUnsafeBufferPointer { unsafe scan($0) }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> [RevisionSummary] {
        var revisions: [RevisionSummary] = []
        var index = 0
        while index < bytes.count {
            let start = index
            let tag = unsafe tags.next(in: bytes, from: &index)
            if value != nil, tags.textEnd > start {
                let text = unsafe bytes[start..<tags.textEnd].prefix(Self.longestValue - (value?.count ?? 0))
                unsafe value?.append(contentsOf: text)
            }
            if let tag, let ended = take(tag) { revisions.append(ended) }
        }
        tags.pass(bytes.count)
        return revisions
    }

    /// - Returns: the revision that the tag ends.
    private mutating func take(_ tag: Tag) -> RevisionSummary? {
        let text = String(decoding: TitleKey.unescaped(value ?? []), as: UTF8.self)
        value = nil
        switch tag.name {
        case .revision:
            (revision, hasID, isInContributor) = (RevisionSummary(id: 0), false, false)
            hasText = false
        case Names.revisionEnd:
            defer { revision = nil }
            return hasID ? revision : nil
        case .contributor: isInContributor = !tag.isEmpty
        case .contributorEnd: isInContributor = false
        case .id, Names.parent, Names.time, Names.user, Names.address: value = []
        case .idEnd where isInContributor: revision?.contributorID = Int64(text)
        case .idEnd where !hasID:
            guard revision != nil, let id = Int64(text) else { break }
            revision?.id = id
            hasID = true
        case Names.parentEnd: revision?.parentID = Int64(text)
        case Names.timeEnd: revision?.timestamp = text
        case Names.userEnd, Names.addressEnd: revision?.contributor = text
        case Names.minor: revision?.isMinor = true
        // MediaWiki writes the main slot first, outside of any `<content>`.
        case .text where hasText:
            let total = revision?.totalByteCount
            revision?.totalByteCount = total.flatMap { sum in tag.byteCount.map { sum &+ $0 } }
        case .text:
            hasText = true
            // A hidden text has -1 in exports of Wikimedia.
            let size = tag.byteCount.flatMap { $0 < 0 ? nil : $0 }
            revision?.byteCount = size
            revision?.totalByteCount = size
        default: break
        }
        return nil
    }

    private enum Names {
        static let revisionEnd = name("/revision")
        static let parent = name("parentid")
        static let parentEnd = name("/parentid")
        static let time = name("timestamp")
        static let timeEnd = name("/timestamp")
        static let user = name("username")
        static let userEnd = name("/username")
        static let address = name("ip")
        static let addressEnd = name("/ip")
        static let minor = name("minor")

        private static func name(_ text: String) -> TagName {
            var name = TagName()
            for byte in text.utf8 { name.append(byte) }
            return name
        }
    }
}
