/// The names and addresses of what is published for one run.
package struct PublishedNames: Sendable, Hashable {
    package let wiki: WikiName
    /// The date of the run.
    package let date: DumpDate
    /// The URL of the public tree, without a trailing slash.
    package let webRoot: String

    package init(wiki: WikiName, date: DumpDate, farm: FarmSettings) {
        self.wiki = wiki
        self.date = date
        webRoot = Self.root(of: farm)
    }

    /// The URL of the public tree, without a trailing slash.
    static func root(of farm: FarmSettings) -> String {
        farm.webRoot.hasSuffix("/") ? String(farm.webRoot.dropLast()) : farm.webRoot
    }

    package init(_ run: RunRecord, farm: FarmSettings) { self.init(wiki: run.wiki, date: run.date, farm: farm) }

    /// `WIKI-DATE-`, which begins the name of every dump file of the run.
    package var prefix: String { "\(wiki)-\(date)-" }

    /// The full URL of the folder of the run, without a trailing slash.
    package var runURL: String { "\(webRoot)/\(wiki)/\(date)" }

    /// The URL of a file of the run, without scheme and host.
    package func path(_ file: String) -> String {
        var root = webRoot[...]
        if let scheme = root.firstRange(of: "://") {
            root = root[scheme.upperBound...]
            root = root[(root.firstIndex(of: "/") ?? root.endIndex)...]
        }
        return "\(root)/\(wiki)/\(date)/\(file)"
    }

    /// The name of a list of hashes, such as `WIKI-DATE-md5sums.txt`.
    package func sums(_ kind: HashKind, _ form: HashForm) -> String { "\(prefix)\(kind)sums.\(form)" }
}

/// The kinds of hashes that are published.
package enum HashKind: String, Sendable, CaseIterable, CustomStringConvertible {
    case md5, sha1, sha256
    package var description: String { rawValue }

    /// The hash of this kind in a set of hashes.
    package func value(_ hashes: FileHashes) -> String {
        switch self {
        case .md5: hashes.md5
        case .sha1: hashes.sha1
        case .sha256: hashes.sha256
        }
    }

    /// The number of hexadecimal digits in a hash of this kind.
    package var digits: Int {
        switch self {
        case .md5: 32
        case .sha1: 40
        case .sha256: 64
        }
    }
}

/// The two forms in which the hashes of a run are published.
package enum HashForm: String, Sendable, CaseIterable, CustomStringConvertible {
    case txt, json
    package var description: String { rawValue }
}
