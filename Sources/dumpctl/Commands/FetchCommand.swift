import ArgumentParser
import CLibrary
import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `dumpctl fetch`: gets a run from a mirror.
struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download the newest complete dump of a wiki, and prove each file before it gets its name.",
        discussion: """
            Files go to WIKI/DATE below the output folder, those of a File Export to DATASET/WIKI/DATE. What is there \
            already is proven and kept. After a break, run it again: it goes on where it was. A file that a mirror lacks, or \
            that does not match its hash, is asked of the next one.

            Prints a line for each file: fetched, kept or failed, the name, and the size or the reason. Exits with 1 if a \
            file did not come, 4 if there is no such run.

            Examples:
              dumpctl fetch nlwiki --files '*pages-articles-multistream*'
              dumpctl fetch nlwiki --dataset mediawiki_content_current -o dumps
              dumpctl fetch demowiki --from http://localhost:8000/ --list
            """)

    @OptionGroup var source: MirrorOptions

    @Option(
        help: ArgumentHelp("The run of this day, such as 20261101 or 2026-11-01. Without: the newest complete one."))
    var date: String?

    @Flag(help: "The newest complete run. This is what is fetched without --date.")
    var newest = false

    @Option(
        name: .customLong("files"),
        help: ArgumentHelp("Only files with such a name. May be repeated.", valueName: "pattern"))
    var patterns: [String] = []

    @Flag(help: "Print the runs, or with --date the files of one, and fetch nothing.")
    var list = false

    @Option(
        name: [.short, .customLong("output")], help: ArgumentHelp("The folder.", valueName: "folder"),
        completion: .directory)
    var output = "."

    @Option(help: "How many files come at a time. Wikimedia allows three connections.")
    var connections = 3

    @Flag(name: [.short, .long], help: "Print only what went wrong.")
    var quiet = false

    @Flag(help: "Print JSON: an object for each file, and one with the totals.")
    var json = false

    func validate() throws {
        if newest, date != nil { throw ValidationError("--newest and --date contradict each other.") }
        if !(1...16).contains(connections) { throw ValidationError("--connections is a number from 1 to 16.") }
    }

    func run() async throws {
        let wiki = try source.wiki()
        let mirrors = try source.mirrors()
        if list, date == nil { return try await printRuns(of: wiki, mirrors) }
        guard let run = try await source.run(of: wiki, mirrors, date: date) else {
            printError(
                "there is no complete run of \(wiki) at \(mirrors.map(\.address.description).joined(separator: ", "))")
            throw ExitCode(ExitStatus.notThere)
        }
        for name in run.refusedNames {
            printError(
                "\(run.folder): the name \(name.debugDescription) in its lists is none of a file, and is left out")
        }
        if let lack = run.lack {
            printError("\(run.folder): this run is not complete: \(lack)")
            if run.files.isEmpty { throw ExitCode(ExitStatus.notThere) }
        }
        let files = run.files.filter { file in
            patterns.isEmpty || patterns.contains { unsafe fnmatch($0, file.name, 0) == 0 }
        }
        guard !files.isEmpty else {
            printError("\(run.folder): no file is called like \(patterns.joined(separator: " or "))")
            throw ExitCode(ExitStatus.notThere)
        }
        if list {
            for file in files { printLine("listed", file, size: file.size) }
            return
        }
        try await fetch(files, of: run, mirrors)
    }

    private func fetch(_ files: [MirroredRun.File], of run: MirroredRun, _ mirrors: [DumpMirror]) async throws {
        let fetch = DumpFetch(from: mirrors, to: FilePath(output), connections: connections)
        let sizes = files.compactMap(\.size)
        let progress = ByteProgress(
            "\(run.wiki) \(run.date)", total: sizes.count == files.count ? sizes.reduce(0, +) : nil,
            isWanted: !json && !quiet)
        let words = ProgramStart.arguments.dropFirst().joined(separator: " ")
        let report = try await stoppingOnSignal(resume: { "dumpctl \(words)" }) {
            try await fetch.fetch(files, of: run) { event in
                switch event {
                case .received(let count): progress.advance(by: count)
                case .kept(let file):
                    progress.finish()
                    if !quiet { printLine("kept", file, size: file.size) }
                case .fetched(let file, let mirror):
                    progress.finish()
                    if !quiet { printLine("fetched", file, size: file.size, from: mirror) }
                case .refused(let file, let mirror, let error):
                    progress.finish()
                    printError("\(mirror.address) does not give \(file.name): \(error)")
                case .failed(let file, let error):
                    progress.finish()
                    printLine("failed", file, reason: error.description)
                case .began: break
                }
            }
        }
        progress.finish()
        if json {
            let object: JSONObject = [
                "wiki": run.wiki.description, "dataset": run.dataset.description, "date": run.date,
                "folder": report.folder.string, "fetched": report.fetched.count, "kept": report.kept.count,
                "failed": report.failed.count, "complete": run.lack == nil,
            ]
            JSONOutput.print(object)
        } else if !quiet {
            var text = "\(report.folder): \(report.fetched.count) fetched, \(report.kept.count) kept"
            if !report.failed.isEmpty { text += ", \(report.failed.count) failed" }
            Output.write(text + "\n", to: STDOUT_FILENO)
        }
        if !report.failed.isEmpty { throw ExitCode(ExitStatus.failed) }
    }

    private func printRuns(of wiki: WikiName, _ mirrors: [DumpMirror]) async throws {
        var isEmpty = true
        for mirror in mirrors {
            for date in try await mirror.dates(of: wiki, source.kind()) {
                isEmpty = false
                let run = try await mirror.run(of: wiki, source.kind(), date: date)
                if json {
                    let object: JSONObject = [
                        "mirror": mirror.address.description, "date": date, "complete": run.lack == nil,
                        "lack": run.lack, "files": run.files.count, "size": run.size,
                    ]
                    JSONOutput.print(object)
                } else {
                    let size = run.size > 0 ? sizeText(run.size) : "-"
                    Output.write(
                        "\(date)\t\(run.lack == nil ? "complete" : "not complete")\t\(run.files.count) files\t\(size)"
                            + "\t\(run.lack ?? "")\n", to: STDOUT_FILENO)
                }
            }
        }
        if isEmpty { throw ExitCode(ExitStatus.notThere) }
    }

    private func printLine(
        _ state: String, _ file: MirroredRun.File, size: Int64? = nil, from mirror: DumpMirror? = nil,
        reason: String? = nil
    ) {
        if json {
            let object: JSONObject = [
                "state": state, "file": file.name, "size": size, file.digest.kind.rawValue: file.digest.digits,
                "mirror": mirror?.address.description, "reason": reason,
            ]
            return JSONOutput.print(object)
        }
        let last = reason ?? size.map { sizeText($0) } ?? "-"
        Output.write("\(state)\t\(file.name)\t\(last)\n", to: reason == nil ? STDOUT_FILENO : STDERR_FILENO)
    }
}

/// `dumpctl wait`: until a mirror has a newer run.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a mirror has a newer complete dump of a wiki, and print its date.",
        discussion: """
            Exits with 4 if the time of --limit passes without one.

            Example:
              dumpctl wait nlwiki --newer-than 20261101 && dumpctl fetch nlwiki
            """)

    @OptionGroup var source: MirrorOptions

    @Option(help: ArgumentHelp("A run after this day, such as 20261101 or 2026-11-01.", valueName: "day"))
    var newerThan: String

    @Option(help: ArgumentHelp("How often to ask: each ten minutes without.", valueName: "time"))
    var every: TimeSpan?

    @Option(help: ArgumentHelp("How long to wait. Without: for ever.", valueName: "time"))
    var limit: TimeSpan?

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        if DumpDate(written: newerThan) == nil {
            throw ValidationError("--newer-than is a day such as 20261101 or 2026-11-01.")
        }
        if let every, every.duration < .seconds(1) { throw ValidationError("--every is at least a second.") }
    }

    func run() async throws {
        let wiki = try source.wiki()
        let mirrors = try source.mirrors()
        let day = newerThan.filter { $0 != "-" }
        let kind = try source.kind()
        let began = ContinuousClock.now
        let pause = every?.duration ?? .seconds(600)
        let words = ProgramStart.arguments.dropFirst().joined(separator: " ")
        let found = try await stoppingOnSignal(resume: { "dumpctl \(words)" }) { () async throws -> MirroredRun? in
            while true {
                for mirror in mirrors {
                    do throws(DumpError) {
                        if let run = try await mirror.newest(of: wiki, kind, after: day) { return run }
                    } catch {
                        guard error.code == .source, mirrors.count > 1 || limit == nil else { throw error }
                        printError("\(error); asking again in \(pause)")
                    }
                }
                if let limit, began.duration(to: .now) + pause > limit.duration { return nil }
                try await Task.sleep(for: pause)
            }
        }
        guard let run = found else {
            printError("no run of \(wiki) newer than \(newerThan) appeared")
            throw ExitCode(ExitStatus.notThere)
        }
        guard json else { return Output.write(run.date + "\n", to: STDOUT_FILENO) }
        let object: JSONObject = [
            "wiki": wiki.description, "date": run.date, "address": run.folder.description, "files": run.files.count,
        ]
        JSONOutput.print(object)
    }
}

/// Which dumps of which wiki, and where they are published.
struct MirrorOptions: ParsableArguments {
    @Argument(help: "The wiki, by the name of its database, such as nlwiki.")
    var name: String

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "A mirror, or the public tree of a farm, by its address. May be repeated; the first is asked first.",
            valueName: "address"))
    var addresses: [String] = []

    @Option(
        help: ArgumentHelp(
            "Which dumps: \(DumpDataset.all.map(\.description).joined(separator: ", ")).", valueName: "name"))
    var dataset = DumpDataset.dumps.description

    @Option(
        help: ArgumentHelp(
            "How to introduce yourself; name an address where you can be reached. Also by DUMPCTL_USER_AGENT.",
            valueName: "text"))
    var userAgent: String?

    func validate() throws {
        _ = try kind()
        for address in addresses where WebAddress(address) == nil {
            throw ValidationError("\(address) is not an address such as https://dumps.wikimedia.org/.")
        }
    }

    func wiki() throws -> WikiName {
        guard let wiki = WikiName(name) else {
            throw ValidationError("\(name.debugDescription) cannot be the name of a wiki.")
        }
        return wiki
    }

    func kind() throws -> DumpDataset {
        guard let kind = DumpDataset(dataset) else {
            throw ValidationError(
                "There is no dataset \(dataset); there are \(DumpDataset.all.map(\.description).joined(separator: ", "))."
            )
        }
        return kind
    }

    func mirrors() throws -> [DumpMirror] {
        if let userAgent { WebSettings.introduce(as: userAgent) }
        let named = addresses.compactMap { WebAddress($0) }.map { DumpMirror($0) }
        return named.isEmpty ? [DumpMirror.wikimedia].compactMap { $0 } : named
    }

    /// The run of a day, or the newest complete one, of the first mirror that has it; nil if none has.
    func run(of wiki: WikiName, _ mirrors: [DumpMirror], date: String?) async throws -> MirroredRun? {
        let kind = try kind()
        var last: DumpError?
        var partial: MirroredRun?
        for mirror in mirrors {
            do throws(DumpError) {
                if let date {
                    let run = try await mirror.run(of: wiki, kind, date: Self.form(date, kind))
                    if run.lack == nil { return run }
                    if partial.map({ $0.files.count < run.files.count }) ?? true { partial = run }
                } else if let run = try await mirror.newest(
                    of: wiki, kind, { printError("\($0.folder): not complete: \($0.lack ?? "")") })
                {
                    return run
                }
            } catch {
                guard error.code == .source else { throw error }
                if mirrors.count > 1 { printError("\(error)") }
                last = error
            }
        }
        if let partial { return partial }
        if let last, mirrors.count == 1 { throw last }
        return nil
    }

    /// A day in the form that a dataset uses.
    private static func form(_ date: String, _ kind: DumpDataset) -> String {
        guard let day = DumpDate(written: date) else { return date }
        return kind == .dumps ? day.description : day.dashed
    }
}
