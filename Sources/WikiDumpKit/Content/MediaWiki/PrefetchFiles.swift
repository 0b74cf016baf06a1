import SystemPackage

/// Files of an older dump that texts may be taken from.
struct PrefetchFiles: Sendable, Hashable {
    /// How they are compressed.
    enum Compression: String, Sendable, Hashable {
        /// One or more bzip2 streams.
        case bzip2
        /// A 7z archive with one file.
        case sevenZip = "7zip"
    }

    /// How they are compressed, all of them alike.
    var compression: Compression
    /// The files, in the order of the pages in them.
    var paths: [FilePath]

    /// Names files.
    init(_ compression: Compression, _ paths: [FilePath]) {
        self.compression = compression
        self.paths = paths
    }

    /// The argument of `dumpTextPass.php`.
    var argument: String { "--prefetch=\(compression.rawValue):" + paths.map(\.string).joined(separator: ";") }
}
