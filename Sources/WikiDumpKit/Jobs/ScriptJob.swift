import MWBzUtils
import Synchronization
import SystemPackage

/// Writes the output of a MediaWiki script, compressed.
struct ScriptJob: Job {
    let name: String
    let title: String
    let detail: String?
    /// The name of the file after the prefix; its end determines the compression.
    let fileName: String
    /// The script, as ``MediaWikiScripts`` finds it.
    let script: String
    /// The arguments besides the name of the wiki.
    let arguments: [String]
    /// What the text must end with, ignoring trailing whitespace.
    let ending: String

    static let siteList = ScriptJob(
        name: "sitelistdump", title: "The sites that are known to the wiki",
        detail: "XML in the form of MediaWiki's site list", fileName: "sitelist.xml.gz",
        script: "exportSites.php", arguments: ["--dbgroupdefault=dump", "php://stdout"], ending: "</sites>")
    static let flow = ScriptJob(
        name: "xmlflowdump", title: "Flow boards, current revisions only",
        detail: "Discussions that are not wikitext pages", fileName: "flow.xml.bz2",
        script: flowScript, arguments: ["--dbgroupdefault=dump", "--current", "--report=1000"], ending: "</mediawiki>")
    static let flowHistory = ScriptJob(
        name: "xmlflowhistorydump", title: "Flow boards with their complete history",
        detail: "Discussions that are not wikitext pages", fileName: "flowhistory.xml.bz2",
        script: flowScript, arguments: ["--dbgroupdefault=dump", "--current", "--report=1000", "--full"],
        ending: "</mediawiki>")

    static let flowScript = "extensions/Flow/maintenance/dumpBackup.php"

    /// Whether a wiki uses Flow and has the script of the extension. With a multiversion setup, only the script itself can
    /// tell.
    static func canDumpFlow(_ settings: WikiSettings) -> Bool {
        guard settings.usesFlow else { return false }
        let mediaWiki = settings.source.mediaWiki
        if mediaWiki.multiversion != nil { return true }
        guard let script = mediaWiki.directory?.appending(flowScript) else { return false }
        return (try? FileSystem.real.status(script)?.isFile) == true
    }

    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let command = try command(for: context.wiki)
        var file: OutputFile?
        defer { file?.discard() }
        let size = try await context.commands.read(Invocation(name, command), retries: context.retries) {
            output async throws(DumpError) in
            file?.discard()
            let target = try context.create(fileName)
            file = target
            return try await compress(output, to: target, context)
        }
        let evidence = context.evidence(found: FileContents(bytes: size))
        return JobReport(files: try file.map { file throws(DumpError) in [try file.commit(evidence)] } ?? [])
    }

    /// - Returns: The number of bytes before compression.
    private func compress(
        _ output: CommandOutput, to file: OutputFile, _ context: JobContext
    ) async throws(DumpError) -> Int64 {
        let tail = Mutex<[UInt8]>([])
        let tally = try await context.fill(file, of: name) { () async throws(DumpError) in
            guard let bytes = try await output.next() else { return nil }
            tail.withLock { $0 = ($0 + bytes.suffix(200)).suffix(200) }
            return bytes
        } render: {
            RenderedBatch(bytes: $0)
        }
        let text = String(decoding: tail.withLock { $0 }, as: UTF8.self)
        guard text.trimmingBlanks().hasSuffix(ending) else {
            throw DumpError(
                .outputBad, "the output of \(script) does not end with \(ending)",
                remedy: "the file was withheld; look at the log for what the script said")
        }
        return tally.bytesIn
    }

    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] {
        [try command(for: wiki)]
    }

    private func command(for wiki: any Wiki) throws(DumpError) -> Command {
        guard let scripts = wiki.settings.source.mediaWiki.scripts(of: wiki.name) else {
            throw DumpError(
                .jobFailed, "job \(name) needs the script \(script), and no MediaWiki is configured that has it",
                remedy: "set dir in the section [wiki], or add \(name) to [misc] skipjobs")
        }
        do throws(DumpError) { return try scripts.command(script, arguments) } catch {
            // A missing script fails only this job, so the code becomes `jobFailed`.
            throw DumpError(.jobFailed, error.message, remedy: error.remedy)
        }
    }
}
