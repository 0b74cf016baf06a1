import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl last-id`: the id of the last page or revision of a dump.
struct LastIDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "last-id",
        abstract: "Print the id of the last page of a bz2 dump, or of the last revision.",
        discussion: """
            Reads the end of the dump, and looks at 32 blocks all over it: if the ids of their pages do not rise, the \
            answer is in doubt, and there is none. A dump that is cut short or damaged there is refused with exit status 3; \
            `check-truncation` tells the last complete page. Exits with 4 if the dump has no page.
            """)

    @Argument(
        help: "The .bz2 dump, its files, a folder of them or a pattern.", completion: .file(extensions: ["bz2"]))
    var files: [String]

    @Flag(help: "Print the id of the last revision instead.")
    var rev = false

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() async throws {
        let set = try await DumpParts.files(files)
        let file = set.name.shown
        var id: Int64?
        for member in set.members.reversed() where member.first != nil || !set.isSeveral {
            let locator = try PageLocator(member.path)
            try locator.checkEnd()
            if case .falling(let page, let last) = try await locator.order(taskCount: Processors.count) {
                throw BzError(
                    .damaged, "page \(page.id) comes behind page \(last), so nobody knows which page is the last one",
                    remedy: "list all pages with `dumpctl revisions-per-page`", file: member.path)
            }
            if rev {
                id = try LastBlocks(member.path).lastRevisionID()
                if id != nil { break }
            } else if let last = try await locator.locateLast(taskCount: Processors.count)?.id {
                // Files may overlap, so that an earlier one ends later.
                id = max(id ?? .min, last)
            }
        }
        guard let id else {
            printError("\(file): there is no \(rev ? "revision" : "page")")
            throw ExitCode(ExitStatus.notThere)
        }
        let object: JSONObject = [rev ? "revisionId" : "pageId": id, "file": file]
        Output.write(json ? JSONOutput.line(object) : "\(id)\n", to: STDOUT_FILENO)
    }
}
