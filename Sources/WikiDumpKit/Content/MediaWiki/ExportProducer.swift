import SystemPackage

/// A snapshot whose exports are written by a producer, not from the snapshot's own data.
protocol ProducedSnapshot: ContentSnapshot {
    /// What writes whole exports of the source.
    var producer: any ExportProducer { get }
}

extension ContentSnapshot {
    /// What writes whole exports of this source; nil if they are made from the snapshot's own data.
    var exportProducer: (any ExportProducer)? { (self as? any ProducedSnapshot)?.producer }
}

/// Writes exports of a source that only it can read completely.
///
/// A ``ProducedSnapshot`` has one. Jobs then take the producer's text, check it and compress it. Without a producer, they
/// read revisions and write the text themselves.
protocol ExportProducer: Sendable {
    /// Writes an export and passes on the text as it arrives.
    /// - Parameters:
    ///   - request: What to write. Stubs have one text for each selection; everything else has one text.
    ///   - commands: Runs the programs that are needed.
    ///   - body: Reads the texts to the end.
    /// - Returns: The result of `body`, once everything has ended successfully.
    func produce<Value>(
        _ request: ExportRequest, commands: CommandRunner, _ body: (NamedPipes) async throws(DumpError) -> Value
    ) async throws(CommandFailure) -> Value

    /// Which failures are retried.
    var retries: RetryPolicy { get }

    /// The current content of the source. A producer may read a later instant than the snapshot of the run.
    func currentSnapshot() async throws(DumpError) -> any ContentSnapshot
}

/// A request to an ``ExportProducer``.
enum ExportRequest: Sendable, Hashable {
    /// Stubs for all these selections, written in one pass; of the pages with these ids, or of all.
    case stubs([ExportSelection], pages: ClosedRange<Int64>? = nil)
    /// Pages with texts.
    case pages(PageTextRequest)
    /// The log entries with these ids, or the whole log.
    case log(ids: ClosedRange<Int64>? = nil)
}

/// Which pages to write with their texts, and where the texts may come from.
struct PageTextRequest: Sendable, Hashable {
    /// The stub that lists the pages and revisions, compressed by gzip.
    var stub: FilePath
    /// Which revisions of each page the stub holds.
    var extent: RevisionSelection.Extent
    /// Files of an older dump whose texts may be reused; nil for none.
    var prefetch: PrefetchFiles?
    /// Whether a separate process may fetch the texts.
    var spawn: Bool = true
}

/// Files of an older dump whose texts may be reused.
struct PrefetchFiles: Sendable, Hashable {
    /// How the files are compressed.
    enum Compression: String, Sendable, Hashable {
        /// One or more bzip2 streams.
        case bzip2
        /// A 7z archive with one file.
        case sevenZip = "7zip"
    }

    /// How all the files are compressed.
    var compression: Compression
    /// The files, in the order of their pages.
    var paths: [FilePath]

    init(_ compression: Compression, _ paths: [FilePath]) {
        self.compression = compression
        self.paths = paths
    }

    /// The argument for `dumpTextPass.php`.
    var argument: String { "--prefetch=\(compression.rawValue):" + paths.map(\.string).joined(separator: ";") }
}

/// Writes exports with the maintenance scripts of MediaWiki, for wikis with texts that only PHP can read.
struct MediaWikiProducer: ExportProducer {
    let scripts: MediaWikiScripts
    /// The tables of the wiki, for counts.
    let source: any ContentSource
    /// The folder for named pipes.
    let scratch: FilePath
    /// Which failures are retried.
    let retries: RetryPolicy

    /// Runs the script for a request.
    func produce<Value>(
        _ request: ExportRequest, commands: CommandRunner, _ body: (NamedPipes) async throws(DumpError) -> Value
    ) async throws(CommandFailure) -> Value {
        let (command, pipes): (Command, NamedPipes)
        do throws(DumpError) { (command, pipes) = try prepare(request) } catch {
            throw CommandFailure(of: request.script, error)
        }
        return try await commands.run(Invocation(request.script, command), into: pipes, body)
    }

    private func prepare(_ request: ExportRequest) throws(DumpError) -> (Command, NamedPipes) {
        try FileSystem.real.makeDirectory(scratch, permissions: WikiDirectories.privateDirectoryPermissions)
        let pipes = try NamedPipes(count: request.textCount, in: scratch)
        do throws(DumpError) { return (try scripts.command(for: request, outputs: pipes.paths), pipes) } catch {
            pipes.close()
            throw error
        }
    }

    /// The current content of the tables.
    func currentSnapshot() async throws(DumpError) -> any ContentSnapshot { try await source.openSnapshot() }
}
