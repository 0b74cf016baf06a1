import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl locate-page`: finds a page in a dump, or prints it.
struct LocatePageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locate-page",
        abstract: "Find a page in bz2 dumps by its id, its title or one of its revisions.",
        discussion: """
            Prints one line: page_id, rev_id if a revision was sought, ns, block (where the block of the page begins \
            in the file, in bits), offset (where the page begins in the decoded block, in bytes), uncompressed (where it \
            begins in the decoded dump; only with an index), file and title.

            An index beside the dump (see `dumpctl index`) is used if it fits. Without one, an id takes a few block \
            decodes; for a title or a revision, the dump is read up to it. A page that the dump has in several pieces is \
            shown with all of them. Several files are one dump, in the order of the pages with which they begin; a page that \
            is in two of them gets a line for each, and is printed as one.

            Exits with 4 if the page is not there. Without an index, 32 blocks all over the dump are looked at before that \
            is said. If the ids of their pages do not rise, the whole dump is read.
            """)

    @Argument(help: "A .bz2 dump, its files, folders of them or patterns.", completion: .file(extensions: ["bz2"]))
    var files: [String]

    @OptionGroup var target: PageTarget

    @Flag(help: "Print the page, from <page> to </page>.")
    var extract = false

    @Flag(help: "List the revisions of the page: id, timestamp, author, bytes, m for minor; separated by tabs.")
    var history = false

    @Option(help: "The index of the dump, if it is not beside it.", completion: .file(extensions: ["mwidx"]))
    var index: String?

    @Flag(
        help: ArgumentHelp(
            "Do not read every block of a page that fills many to make sure that no other page is among them.",
            discussion: "An existing id may then be reported as absent, though hardly ever in a real dump."))
    var quick = false

    @Flag(help: "Print JSON: one object, and with --history one for each revision.")
    var json = false

    func validate() throws {
        if extract && history { throw ValidationError("--extract and --history contradict each other.") }
        if extract && json { throw ValidationError("--extract prints XML, not JSON.") }
        if index != nil && files.count > 1 { throw ValidationError("--index goes with one dump.") }
    }

    func run() async throws {
        let set = try await DumpParts.files(files)
        var search = SetSearch(set, index: index.map { FilePath($0) }, proof: quick ? .risingRevisions : .everyBlock)
        let pieces = try await search.find(target)
        if !pieces.isEmpty {
            // A page may be twice in one file, which is not for us to mend.
            guard set.isSeveral else {
                for piece in pieces { try await show([piece]) }
                return
            }
            return try await show(pieces)
        }
        let between = search.between
        let name = set.isSeveral ? "\(set.members.count) files" : set.name.shown
        if json {
            let object: JSONObject = [
                "found": false, "pageId": target.id, "revisionId": target.revision, "title": target.title,
                "afterPageId": between.after, "beforePageId": between.before,
            ]
            JSONOutput.print(object)
        } else {
            printError("\(name): \(target.description) is not there\(between.description)")
        }
        throw ExitCode(ExitStatus.notThere)
    }

    private func show(_ pieces: [SetSearch.Piece]) async throws {
        let output = StandardOutput()
        do throws(BzError) {
            if extract {
                try SetSearch.read(pieces) { piece throws(BzError) in try output.write(piece) }
                try output.write([UInt8(ascii: "\n")])
            } else if history {
                var lister = RevisionLister()
                try SetSearch.read(pieces) { piece throws(BzError) in
                    for revision in lister.scan(piece) {
                        try output.write(revision.line(json: json))
                    }
                }
            } else {
                for piece in pieces where target.revision == nil || piece.page.revision != nil {
                    try output.write(piece.page.line(json: json))
                }
            }
            try output.flush()
        } catch {
            guard output.isClosed else { throw error }
        }
    }
}

/// What to look for.
struct PageTarget: ParsableArguments {
    @Option(help: "The id of the page.")
    var id: Int64?

    @Option(help: "The title as plain text, with its namespace as in the dump; underscores count as spaces.")
    var title: String?

    @Option(name: .customLong("rev"), help: "The id of a revision.")
    var revision: Int64?

    func validate() throws {
        let count = (id == nil ? 0 : 1) + (title == nil ? 0 : 1) + (revision == nil ? 0 : 1)
        if count != 1 { throw ValidationError("Give one of --id, --title and --rev.") }
        if let id, id < 0 { throw ValidationError("--id is a number from 0 on.") }
        if let revision, revision < 0 { throw ValidationError("--rev is a number from 0 on.") }
    }

    var description: String {
        if let id { return "page \(id)" }
        if let title { return "the page \"\(title)\"" }
        return "revision \(revision ?? 0)"
    }
}
