import SystemPackage
import WikiDumpKit

/// Writes the stubs of all revisions of a wiki, not compressed: what `php dumpBackup.php --full --stub` does.
///
///     stubstream DATABASE SITEINFO OUTPUT
@main
enum StubStream {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let wiki = WikiName("wiki") else {
            fatalError("usage: stubstream DATABASE SITEINFO OUTPUT")
        }
        let source = try ContentSources.open(
            SourceSettings(databasePath: FilePath(arguments[1]), siteInfoPath: FilePath(arguments[2])), wiki: wiki)
        let output = try FileDescriptor.open(
            arguments[3], .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead])

        let snapshot = try await source.openSnapshot()
        let renderer = ExportRenderer(siteInfo: snapshot.siteInfo, style: .stub, hiddenDetails: .mediawiki)
        let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
        try output.writeAll(renderer.header())
        // The next batch is read while this one is written.
        var batch = try await cursor.next()
        while let current = batch {
            async let following = cursor.next()
            for rendered in renderer.render(current, for: [.metaHistory]) { try output.writeAll(rendered.bytes) }
            batch = try await following
        }
        try output.writeAll(renderer.footer())
        try output.close()
    }
}
