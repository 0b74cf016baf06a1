import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl salvage`: makes a sound dump of what is left of a damaged one.
struct SalvageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salvage",
        abstract: "Save what is sound in a damaged or truncated dump.",
        discussion: """
            Keeps what comes before the first page and all whole pages, before and after the damage, and ends the export \
            properly. Sound blocks are copied bit by bit. The damaged file is not changed, unless --in-place is given. Exits with 0 if nothing \
            was lost, 3 if the output is sound but something is missing.
            """)

    @Argument(help: "A bzip2 file.", completion: .file())
    var file: String

    @Option(name: .shortAndLong, help: "The new file; it must not exist yet.", completion: .file())
    var output: String?

    @Flag(help: "Put the new file in the place of the old one, in one step, when it is complete.")
    var inPlace = false

    @Option(help: ArgumentHelp("What the file holds: export, any or automatic.", valueName: "kind"))
    var content: ContentOption?

    @Flag(help: "Print what was saved and lost as JSON.")
    var json = false

    func validate() throws {
        if (output == nil) == !inPlace { throw ValidationError("Give either -o or --in-place.") }
    }

    func run() async throws {
        let path = try inPlace ? DumpArgument.onThisMachine(file) : DumpArgument.file(file)
        let status = try FileSystem.real.status(path)
        let progress = ByteProgress(file, total: status?.size, isWanted: !json)
        defer { progress.finish() }
        let report = try await DumpSalvage(path, content: content?.content ?? .named(file)).run(
            to: FilePath(output ?? file), permissions: FilePermissions(rawValue: CModeT(status?.permissions ?? 0o644)),
            existing: inPlace ? .replace : .refuse, taskCount: Processors.count
        ) { progress.advance(to: $0) }
        progress.finish()
        if json { JSONOutput.print(object(report)) } else { tell(report) }
        let isAllThere = report.gaps.isEmpty && !report.isHeaderLost && !report.isEndLost
        if !isAllThere { throw ExitCode(ExitStatus.damaged) }
    }

    private func tell(_ report: SalvageReport) {
        let range = report.firstPage.map { ", \($0) to \(report.lastPage ?? $0)" } ?? ""
        print("saved\t\(output ?? file)\t\(report.pageCount) pages\(range)\t\(report.outputSize) bytes")
        if report.isHeaderLost { print("lost\tthe beginning of the export, before its first page") }
        for gap in report.gaps {
            let pages = gap.lostPages.map {
                $0.upperBound == .max ? "pages from \($0.lowerBound)" : "pages \($0.lowerBound) to \($0.upperBound)"
            }
            print(
                "lost\tbytes \(gap.startOffset / 8) to \((gap.endOffset + 7) / 8)\t\(pages ?? "no page")\t"
                    + gap.problem.message)
        }
        if report.isEndLost {
            let behind = report.lastPage.map { "whatever came after page \($0)" } ?? "all pages"
            print("lost\t\(behind)\tthe export ends without </mediawiki>")
        }
        if report.omittedGapCount > 0 { print("lost\t\(report.omittedGapCount) more stretches") }
    }

    private func object(_ report: SalvageReport) -> JSONObject {
        let gaps = report.gaps.map { gap -> JSONObject in
            [
                "problem": gap.problem.message, "startByte": gap.startOffset / 8, "startBit": gap.startOffset % 8,
                "endByte": gap.endOffset / 8, "endBit": gap.endOffset % 8, "afterPageId": gap.pageBefore,
                "beforePageId": gap.pageAfter,
            ]
        }
        return [
            "file": file, "output": output ?? file, "sound": report.isSound, "headerLost": report.isHeaderLost,
            "endLost": report.isEndLost,
            "pages": report.pageCount, "firstPageId": report.firstPage, "lastPageId": report.lastPage,
            "copiedBlocks": report.copiedBlockCount, "recodedBlocks": report.recodedBlockCount,
            "outputSize": report.outputSize, "lost": gaps, "omittedLosses": report.omittedGapCount,
        ]
    }
}
