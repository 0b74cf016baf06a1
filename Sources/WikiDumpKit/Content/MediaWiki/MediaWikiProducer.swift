import SystemPackage

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
