import SystemPackage

enum ExportRequest: Sendable, Hashable {
    /// Stubs for all these selections, written in one pass; of the pages with these ids, or of all.
    case stubs([ExportSelection], pages: ClosedRange<Int64>? = nil)
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
    var prefetch: PrefetchFiles?
    /// Whether a separate process may fetch the texts.
    var spawn: Bool = true
}

/// Files of an older dump whose texts may be reused.
struct PrefetchFiles: Sendable, Hashable {
    enum Compression: String, Sendable, Hashable {
        /// One or more bzip2 streams.
        case bzip2
        /// A 7z archive with one file.
        case sevenZip = "7zip"
    }

    var compression: Compression
    /// The files, in the order of their pages.
    var paths: [FilePath]

    /// The argument for `dumpTextPass.php`.
    var argument: String { "--prefetch=\(compression.rawValue):" + paths.map(\.string).joined(separator: ";") }
}

/// Writes exports with the maintenance scripts of MediaWiki, for wikis with texts that only PHP can read.
///
/// Jobs take the text of the scripts, check it and compress it. Otherwise, they read revisions and write the text themselves.
struct MediaWikiProducer: Sendable {
    let scripts: MediaWikiScripts
    /// The folder for named pipes.
    let scratch: FilePath
    let retries: RetryPolicy

    /// Runs the script for a request, and passes on the text as it arrives.
    /// - Parameters:
    ///   - request: What to write. Stubs have one text for each selection; everything else has one text.
    ///   - commands: Runs the script.
    ///   - body: Reads the texts to the end.
    /// - Returns: The result of `body`, once everything has ended successfully.
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
}

extension Wiki {
    /// The scripts that write the exports of the wiki; nil if this program writes them.
    var producingScripts: MediaWikiScripts? {
        settings.source.producer == .mediawiki ? settings.source.mediaWiki.scripts(of: name) : nil
    }

    /// What writes the exports of the wiki with scripts; nil if this program writes them. The settings say so, whatever the
    /// type of the source is.
    var producer: MediaWikiProducer? {
        let settings = settings.source.mediaWiki
        return producingScripts.map { scripts in
            MediaWikiProducer(
                scripts: scripts, scratch: directories.temporary,
                retries: .doubling(.seconds(settings.retryWait), retries: settings.retries))
        }
    }
}
