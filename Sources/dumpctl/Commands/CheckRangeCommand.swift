import ArgumentParser
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl check-range`: compares the page ids in the names of files with what they hold.
struct CheckRangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-range",
        abstract: "Check that dumps hold the page ids that their names claim.",
        discussion: """
            Names end in -p<first>p<last>.bz2; a last id of 00000 means no limit. All ids must lie in this range; with \
            --exact the first and last page must have exactly these ids. Exits with 3 if a name is wrong or a file is damaged \
            or cut short, so that its pages are not known, and with 1 if a file could not be read.
            """)

    @Argument(help: "Files, folders or quoted patterns.", completion: .file())
    var files: [String]

    @Flag(help: "The first and last page must be those in the name.")
    var exact = false

    @Flag(help: "Print the mv command that gives a file its right name, instead of what is wrong.")
    var rename = false

    func run() async throws {
        var status = ExitStatus.done
        let list = try DumpFileList(files)
        for fault in list.faults {
            printError(fault.description)
            status = ExitStatus.of(fault)
        }
        for name in list.paths {
            do throws(BzError) {
                let held = try await PageRangeCheck.held(FilePath(name))
                let isGood = PageRangeCheck.isGood(name, held, isExact: exact)
                if !isGood { status = ExitStatus.damaged }
                if let line = PageRangeCheck.line(name, held, isGood: isGood, renames: rename) { print(line) }
            } catch {
                printError(error.description)
                if status != ExitStatus.damaged { status = ExitStatus.of(error) }
            }
        }
        if status != ExitStatus.done { throw ExitCode(status) }
    }
}

/// Compares the page ids in the name of a file with those in the file.
enum PageRangeCheck {
    /// The ids of the first and the last page of a dump.
    /// - Throws: ``BzError``: for a dump that is damaged or cut short, its first problem.
    static func held(_ path: FilePath) async throws(BzError) -> (first: Int64, last: Int64) {
        var first: Int64?
        var scanner = PageScanner()
        try await DumpText(path).read(taskCount: Processors.count) { text throws(BzError) in
            for event in scanner.scan(text) {
                if case .page(let page) = event, first == nil { first = page.id }
            }
            return first == nil
        }
        let check = try IntegrityCheck(path, content: .export)
        var report = try check.quick()
        if report.lastCompletePage == nil { report = try await check.full(taskCount: Processors.count) }
        // What comes after the damage is unknown, and so is the last page.
        if let problem = report.problems.first(where: { $0.code == .damaged || $0.code == .truncated }) {
            throw problem.error
        }
        guard let first, let last = report.lastCompletePage?.page.id else {
            throw BzError(.wrongFormat, "holds no page", remedy: "check the file", file: path)
        }
        return (first, last)
    }

    static func isGood(_ name: String, _ held: (first: Int64, last: Int64), isExact: Bool) -> Bool {
        guard let claimed = RangedFileName(fileName(name)).pages else { return false }
        if !isExact { return claimed.contains(held.first) && claimed.contains(held.last) }
        // A name with an open end does not claim a last page.
        return held.first == claimed.lowerBound && (held.last == claimed.upperBound || claimed.upperBound == .max)
    }

    static func line(
        _ name: String, _ held: (first: Int64, last: Int64), isGood: Bool, renames: Bool
    ) -> String? {
        var right = RangedFileName(fileName(name))
        let claimed = (
            first: right.range?.first ?? right.splitPage?.page, last: right.range?.last ?? right.splitPage?.page
        )
        if renames {
            if isGood { return nil }
            right.splitPage = nil
            right.range = IDRangeText(first: held.first.padded(9), last: held.last.padded(9))
            let target = FilePath(name).removingLastComponent().appending(right.description).string
            return ShellText.command(["mv", name, target])
        }
        if isGood { return "OK \(name)" }
        return "BAD \(name) first_claimed/has: \(claimed.first ?? "none") \(held.first) "
            + "last_claimed/has: \(claimed.last ?? "none") \(held.last)"
    }

    private static func fileName(_ name: String) -> String { FilePath(name).lastComponent?.string ?? name }
}
