import SystemPackage

@testable import WikiDumpKit

// What `Documentation/commands.md` shows, of types that are not public.

private func pack(check: @escaping @Sendable (FilePath) throws(DumpError) -> Void) async throws -> [FileRecord] {
    let pack = Invocation(
        "page table", Command("gzip", ["--stdout", "page.sql"]),
        output: .file(CommandFile("page.sql.gz") { path throws(DumpError) in try check(path) }))
    let files = try await CommandRunner { event in print(event) }.run(pack).files
    return files
}
