import ArgumentParser
import Logging
import SystemPackage
import WikiDumpKit

/// Reports how a run ended: to the caller, to its log, and by mail if it failed.
struct RunEnding {
    let arguments: RunArguments
    let configuration: Configuration
    let log: RunLog
    let logger: Logger
    let begun: BegunRun

    /// How many lines of the log a mail contains.
    private static let tail = 40

    /// The command that goes on with the run.
    var resume: String {
        ShellText.command(["dumpctl", "run"] + arguments.words(goingOnWith: begun.run.map { ($0.wiki, $0.date) }))
    }

    /// The same command for whoever reads a mail, in whatever folder that is.
    private var resumeAnywhere: String {
        let words = arguments.words(goingOnWith: begun.run.map { ($0.wiki, $0.date) })
        return ShellText.command(["dumpctl", "run"] + anywhere(words))
    }

    /// The command that does the jobs again whose files lack something.
    private func repair(_ failures: [FailureMail.Failure]) -> String {
        let words = arguments.words(goingOnWith: begun.run.map { ($0.wiki, $0.date) })
        let jobs = failures.flatMap(\.jobs).joined(separator: ",")
        let isNamed = words.contains("--job")
        return ShellText.command(["dumpctl", "run"] + anywhere(words) + (isNamed ? [] : ["--job", jobs]))
    }

    private func anywhere(_ words: [String]) -> [String] {
        var words = words
        guard let option = words.firstIndex(of: "--configfile"), option + 1 < words.count else { return words }
        let folder = RunLoop.workingDirectory
        words[option + 1] = folder.pushing(FilePath(words[option + 1])).lexicallyNormalized().string
        return words
    }

    /// Writes the events of the run to its log.
    var logObserver: LogObserver {
        guard arguments.wikis.log else { return LogObserver(log: log, fileSystem: configuration.fileSystem, file: nil) }
        // A process that helps with batches has its own log, because the run has one too.
        let name = (arguments.pieces.batches ? "\(LockHolder.thisHost)-" : "") + configuration.farm.logName
        return LogObserver(log: log, fileSystem: configuration.fileSystem) { [folder] wiki, date in
            folder(wiki, date).appending(name)
        }
    }

    /// Runs a body, and reports how it ended.
    /// - Throws: What the body throws, or the exit status of a run with failures.
    func tell(_ body: () async throws -> RunRecord) async throws {
        let run: RunRecord
        do { run = try await logging(body) } catch let error as DumpError {
            await mail(error)
            throw error
        }
        let status = ExitStatus.of(run)
        let failures = FailureMail.failures(of: run)
        if !failures.isEmpty { await mail(failures, of: run.wiki, run.date) }
        guard status != ExitStatus.done else { return }
        let text = status == ExitStatus.doneWithOmissions ? RunText.omissions(run) : RunText.failure(run)
        if status == ExitStatus.doneWithOmissions {
            let jobs = run.jobs.filter { $0.status == .done && $0.problems.damage > 0 }.map(\.name)
            await mail([FailureMail.Failure(jobs: jobs, reason: text)], of: run.wiki, run.date, isDamage: true)
        }
        log.write("exit status \(status): \(text)")
        printError(text)
        throw ExitCode(status)
    }

    /// Runs a body that helps with batches, and reports how it ended. The run that owns the batches sends the mail.
    func tellHelp(_ body: () async throws -> BatchTally) async throws -> BatchTally {
        let tally = try await logging(body)
        log.write(RunText.help(tally))
        return tally
    }

    private func logging<Success>(_ body: () async throws -> Success) async throws -> Success {
        do { return try await body() } catch let error as DumpError {
            log.write("error: \(error.description.namingOptions)")
            throw error
        } catch let error as ExitCode {
            // Stopped by a signal, which has been reported already.
            log.write("stopped, exit status \(error.rawValue); go on with: \(resume)")
            throw error
        }
    }

    /// Sends no mail about errors of the caller, or about errors that are not failures.
    private func mail(_ error: DumpError) async {
        let harmless: [DumpError.Code] = [.usage, .unknownWiki, .nothingToDo, .lockHeld, .lockLost, .cancelled]
        guard let run = begun.run, !harmless.contains(error.code) else { return }
        await mail(
            [FailureMail.Failure(jobs: [], reason: error.description)], of: run.wiki, run.date, isRefused: run.isRefused
        )
    }

    private func mail(
        _ failures: [FailureMail.Failure], of wiki: WikiName, _ date: DumpDate, isRefused: Bool = false,
        isDamage: Bool = false
    ) async {
        let page = configuration.isPrivate(wiki) || isRefused ? nil : "\(configuration.farm.webRoot)/\(wiki)/\(date)/"
        let mail = FailureMail(
            wiki: wiki, date: date,
            failures: failures.map { FailureMail.Failure(jobs: $0.jobs, reason: $0.reason.namingOptions) },
            isDamage: isDamage, page: page, resume: isDamage ? repair(failures) : resumeAnywhere,
            log: log.tail(Self.tail))
        await FailureReporter(
            configuration.farm.mail, curl: configuration.settings(for: wiki).tools.curl,
            on: configuration.fileSystem, logger: logger
        ).report(mail, folder: folder(wiki, isRefused ? nil : date))
    }

    /// The private folder of a run, or that of the wiki if the run has none.
    private func folder(_ wiki: WikiName, _ date: DumpDate?) -> FilePath {
        let folder = configuration.farm.privateTree.appending(wiki.description)
        return date.map { folder.appending($0.description) } ?? folder
    }
}
