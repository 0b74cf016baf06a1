import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl revisions-per-page`: how many revisions each page of a dump has, and how big they are.
struct RevisionsPerPageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revisions-per-page",
        abstract: "Print how many revisions each page of a dump has.",
        discussion: """
            Takes any export of pages; a stub dump holds all that is needed and is read fastest. Sizes are those of \
            the texts on the wiki, not of the XML.

            Exits with 3 if the dump is damaged or cut short; the pages before the damage are printed.
            """)

    @Argument(
        help: "The dump: bzip2, gzip or plain; or its files, a folder of them or a pattern. `-` is standard input.",
        completion: .file(extensions: ["bz2", "gz", "xml"]))
    var files: [String]

    @Flag(help: "Count pages of all namespaces, not only the main one.")
    var allNamespaces = false

    @Flag(help: "Print the sum of the sizes of all revisions.")
    var bytes = false

    @Flag(help: "Print the size of the longest revision.")
    var maxLength = false

    @Flag(help: "Print the title.")
    var title = false

    @Option(
        help: ArgumentHelp(
            "Print one line for each group of this many pages, with the id and title of the last.", valueName: "pages"))
    var batch: Int64 = 1

    @Option(help: ArgumentHelp("Leave out pages or groups with no more revisions than this.", valueName: "revisions"))
    var cutoff: Int64 = 0

    @Flag(help: "Print one JSON object on each line, with everything that is known.")
    var json = false

    func validate() throws {
        if batch < 1 { throw ValidationError("--batch takes a number of pages from 1.") }
        if cutoff < 0 { throw ValidationError("--cutoff takes a number of revisions from 0.") }
    }

    func run() async throws {
        let dump = try await DumpParts.text(files)
        let file = dump.name.shown
        var report = PageReport(takesAllNamespaces: allNamespaces, batchSize: batch, cutoff: cutoff)
        let output = StandardOutput()
        do throws(BzError) {
            // If the lines go to the terminal, they show the progress themselves.
            let progress = ByteProgress(file, total: nil, isWanted: !json && isatty(STDOUT_FILENO) == 0)
            let reading = try await report.read(dump, taskCount: Processors.count) {
                progress.advance(by: Int64($0))
            } _: { page throws(BzError) in
                try output.write(json ? jsonLine(page) : line(page))
            }
            progress.finish()
            try output.flush()
            TrailingBytes.tell(file, from: reading.trailingOffset)
        } catch {
            // A reader that has read as much as it wanted is not an error.
            if output.isClosed { return }
            try? output.flush()
            throw error
        }
    }

    private func line(_ page: PageCount) -> [UInt8] {
        var text = "page_id:\(page.page.id) revs:\(page.revisionCount)"
        if batch > 1 { text += " pages:\(page.pageCount)" }
        if bytes { text += " bytes:\(page.byteCount)" }
        if maxLength { text += " max_length:\(page.longestText)" }
        if title { text += " title:\(page.page.plainTitle.printable)" }
        return Array("\(text)\n".utf8)
    }

    private func jsonLine(_ page: PageCount) -> [UInt8] {
        let object: JSONObject = [
            "pageId": page.page.id, "namespace": page.page.namespace, "title": page.page.plainTitle,
            "pages": batch > 1 ? page.pageCount : nil, "revisions": page.revisionCount, "bytes": page.byteCount,
            "maxLength": page.longestText,
        ]
        return Array(JSONOutput.line(object).utf8)
    }
}
