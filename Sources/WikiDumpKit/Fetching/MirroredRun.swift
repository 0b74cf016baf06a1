public import MWBzUtils

/// Which dumps of a wiki are meant. Each kind has folders and lists of its own.
public struct DumpDataset: Sendable, Hashable, CustomStringConvertible {
    /// The name, as the folder of a File Export has it.
    public let description: String

    private init(_ description: String) { self.description = description }

    /// What the dump scripts and `dumpctl run` make: `WIKI/YYYYMMDD/`.
    public static let dumps = DumpDataset("dumps")
    /// The File Export of the current revisions of all pages: `other/mediawiki_content_current/WIKI/YYYY-MM-DD/xml/bzip2/`.
    public static let contentCurrent = DumpDataset("mediawiki_content_current")
    /// The File Export of all revisions.
    public static let contentHistory = DumpDataset("mediawiki_content_history")

    /// All of them.
    public static let all = [dumps, contentCurrent, contentHistory]

    /// The dataset with a name; nil if there is none.
    public init?(_ name: some StringProtocol) {
        guard let known = Self.all.first(where: { $0.description == name }) else { return nil }
        self = known
    }

    /// The folder with the runs of a wiki, below the address of a mirror.
    func folder(of wiki: WikiName) -> String { self == .dumps ? wiki.description : "other/\(self)/\(wiki)" }

    /// The folder of a run, below the address of a mirror.
    func folder(of wiki: WikiName, _ date: String) -> String {
        folder(of: wiki) + "/" + date + (self == .dumps ? "" : "/xml/bzip2")
    }

    /// Whether a folder is that of a run.
    func isDate(_ name: some StringProtocol) -> Bool {
        DumpDate(written: name) != nil && name.contains("-") == (self != .dumps)
    }
}

/// A run as a mirror tells of it.
public struct MirroredRun: Sendable, Hashable {
    /// A file of a run.
    public struct File: Sendable, Hashable {
        /// Its name, which is proven to be one in the folder of the run.
        public let name: String
        /// Bytes; nil if the mirror does not say.
        public let size: Int64?
        /// What it must hash to.
        public let digest: FileDigest
    }

    /// The wiki.
    public let wiki: WikiName
    /// Which of its dumps.
    public let dataset: DumpDataset
    /// The date, as the mirror writes it: `20261101` or `2026-11-01`.
    public let date: String
    /// Where it is.
    public let folder: WebAddress
    /// Why it is not complete; nil if it is.
    public let lack: String?
    /// The files that are complete and have a hash.
    public let files: [File]
    /// Names in the lists of the mirror that cannot be those of its files. They are left out.
    public let refusedNames: [String]
    /// The list that the hashes come from, as the mirror has it.
    package let list: (name: String, bytes: [UInt8])

    /// Bytes of all files whose sizes are known.
    public var size: Int64 { files.reduce(0) { $0 + ($1.size ?? 0) } }

    /// The date as a number that can be compared whatever its form.
    public var day: String { date.filter(\.isNumber) }

    init(
        _ wiki: WikiName, _ dataset: DumpDataset, _ date: String, at folder: WebAddress, lack: String?,
        files: [(name: String, size: Int64?, digest: FileDigest)], list: (name: String, bytes: [UInt8])
    ) {
        (self.wiki, self.dataset, self.date, self.folder, self.lack) = (wiki, dataset, date, folder, lack)
        self.list = list
        let isOurs = { (name: String) in Self.isName(name, of: wiki) }
        self.files = files.filter { isOurs($0.name) }.map { File(name: $0.name, size: $0.size, digest: $0.digest) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        refusedNames = files.map(\.name).filter { !isOurs($0) }
    }

    /// Whether a name from a server is that of a file of the wiki. It must not lead out of the folder, be hidden or hold
    /// anything that a terminal acts on.
    static func isName(_ name: String, of wiki: WikiName) -> Bool {
        name.hasPrefix("\(wiki)-") && name.utf8.count <= 200
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F && $0 < 0x80 }
            && name.utf8.last != UInt8(ascii: "~") && !name.hasSuffix(PartialFile.suffix)
    }

    /// Whether two are the same run with the same files in the same state.
    public static func == (one: MirroredRun, other: MirroredRun) -> Bool {
        one.folder == other.folder && one.files == other.files && one.lack == other.lack
    }

    /// Hashes the place and the files.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(folder)
        hasher.combine(files)
    }
}
