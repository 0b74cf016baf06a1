import SystemPackage

/// A snapshot of a source whose exports are not made of what is read here.
protocol ProducedSnapshot: ContentSnapshot {
    /// What writes whole exports of the source by itself.
    var producer: any ExportProducer { get }
}

extension ContentSnapshot {
    /// What writes whole exports of this source by itself; nil if they are made of what is read here.
    var exportProducer: (any ExportProducer)? { (self as? any ProducedSnapshot)?.producer }
}

/// Something that writes exports by itself, from a source that only it can read whole.
///
/// A ``ProducedSnapshot`` has one. The jobs then take its text, check it and compress it, where otherwise they read revisions
/// and write the text themselves.
protocol ExportProducer: Sendable {
    /// Writes an export and hands over the text while it comes.
    /// - Parameters:
    ///   - request: What to write. For stubs there are as many texts as selections; else there is one.
    ///   - commands: Runs whatever programs are needed.
    ///   - body: Reads the texts to their ends.
    /// - Returns: what `body` returns, once everything ended well.
    func produce<Value>(
        _ request: ExportRequest, commands: CommandRunner, _ body: (NamedPipes) async throws(DumpError) -> Value
    ) async throws(CommandFailure) -> Value

    /// Which failures are worth another try.
    var retries: RetryPolicy { get }

    /// What the source holds now. A producer need not read the instant that the snapshot of a run is of.
    func currentSnapshot() async throws(DumpError) -> any ContentSnapshot
}

/// What an ``ExportProducer`` is asked to write.
enum ExportRequest: Sendable, Hashable {
    /// Stubs, of all these selections in one reading; of the pages with these ids, or of all.
    case stubs([ExportSelection], pages: ClosedRange<Int64>? = nil)
    /// Pages with their texts.
    case pages(PageTextRequest)
    /// The log: the entries with these ids, or all.
    case log(ids: ClosedRange<Int64>? = nil)
}

/// Which pages are to be written with their texts, and where the texts may come from.
struct PageTextRequest: Sendable, Hashable {
    /// The stub that says which pages and revisions there are, compressed by gzip.
    var stub: FilePath
    /// Which revisions of a page the stub holds.
    var extent: RevisionSelection.Extent
    /// Files of an older dump that texts are taken from if they are there; nil for none.
    var prefetch: PrefetchFiles?
    /// Whether texts may be fetched by a process of their own.
    var spawn: Bool

    /// Makes a request.
    init(stub: FilePath, extent: RevisionSelection.Extent, prefetch: PrefetchFiles? = nil, spawn: Bool = true) {
        self.stub = stub
        self.extent = extent
        self.prefetch = prefetch
        self.spawn = spawn
    }
}

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
