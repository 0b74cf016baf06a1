import ArgumentParser
import CLibrary
import Dispatch
import Logging
import Synchronization
import SystemPackage
import WikiDumpKit

/// Makes one dump after another, each with `dumpctl run` in a new process.
struct RunLoop {
    let arguments: RunArguments
    let output: OutputOptions
    /// The day on which the loop begins.
    let today: DumpDate
    /// Reports problems of the configuration. The processes of the loop do not repeat them.
    let teller: ProblemTeller

    /// - Parameters:
    ///   - request: What each process is asked to do.
    ///   - farm: The farm as the configuration describes it now.
    func run(_ request: RunRequest, _ farm: FarmSettings) async throws {
        let (request, added) = LoopOptions.bounded(request, onePass: arguments.loop.onePass, today: today)
        let program = ChildProgram(
            name: ProgramStart.arguments.first ?? "dumpctl", workingDirectory: Self.workingDirectory)
        let words = ["run"] + arguments.wordsOfChild + added + output.words
        let logger = output.logger
        let begin = SystemWallClock().now()
        let lacking = Atomic(false)
        let loop = DumpLoop(
            arguments.loop.limits(for: request), files: arguments.loop.stopFiles(farm), logger: logger
        ) { () async throws(DumpError) in
            let path: FilePath
            let status: CommandStatus
            do throws(DumpError) {
                // The configuration may have changed since the last dump.
                _ = try arguments.configuration.load(teller)
                path = try program.path()
                status = try await ChildProcess(path, words).run()
            } catch {
                return .failed(error.description)
            }
            logger.debug("\(path) ended with \(status)")
            if status == .exited(ExitStatus.doneWithOmissions) { lacking.store(true, ordering: .relaxed) }
            let attempt = Self.attempt(status)
            if attempt == .nothingToDo, try mustWait(request) { return .waiting }
            return attempt
        }
        let resume = ShellText.command(["dumpctl", "run"] + arguments.words() + arguments.loop.words + output.words)
        // The process of the current dump has its own limit, which is much shorter than this one.
        let ending = try await stoppingOnSignal(resume: { resume }, limit: .seconds(10)) { try await loop.run() }
        if lacking.load(ordering: .relaxed) { try await tellLacking(since: begin) }
        guard ending == .nothingLeft, request.wiki == nil else { return }
        let failed = try failedWikis(request)
        guard !failed.isEmpty else { return }
        printError("nothing is left to do, but these wikis failed: \(failed.joined(separator: ", "))")
        throw ExitCode(ExitStatus.failed)
    }

    /// Names the wikis whose runs in this loop lack damaged items. Otherwise only the middle of a long log would tell.
    private func tellLacking(since begin: UTCTime) async throws {
        let farm = try await FarmStatus(try arguments.configuration.load())
        let list = farm.wikis.filter { $0.state == .lacking && ($0.updated ?? begin) >= begin }.map { wiki in
            "\(wiki.wiki) (\(RunText.number(Int(wiki.missingItems), "item")))"
        }
        if list.isEmpty { return }
        printError("damaged items are missing from the dumps of \(list.joined(separator: ", ")); see dumpctl why WIKI")
    }

    private func failedWikis(_ request: RunRequest) throws(DumpError) -> [String] {
        try worker().failedWikis(request).map(\.description)
    }

    /// Whether a wiki that failed will be tried again later.
    private func mustWait(_ request: RunRequest) throws(DumpError) -> Bool {
        if request.wiki != nil { return false }
        return try worker().nextRetry(request) != nil
    }

    private func worker() throws(DumpError) -> Worker {
        try Worker(configuration: try arguments.configuration.load(), logger: output.logger)
    }

    /// What an exit status of `dumpctl run` means for the loop.
    static func attempt(_ status: CommandStatus) -> DumpLoop.Attempt {
        switch status {
        // Damage in a database does not go away by itself. The run reports it, and the other wikis have their turn.
        case .exited(ExitStatus.done), .exited(ExitStatus.doneWithOmissions): .done
        case .exited(ExitStatus.nothingToDo): .nothingToDo
        case .exited(ExitStatus.lockHeld): .lockHeld
        case .exited(ExitStatus.stoppedEarly): .stopped
        // Somebody stopped only this process.
        case .exited(129), .exited(130), .exited(143): .stopped
        case .exited, .signaled: .failed("\(status)")
        }
    }

    static var workingDirectory: FilePath {
        var buffer = [CChar](repeating: 0, count: 4096)
        guard unsafe getcwd(&buffer, buffer.count) != nil else { return "/" }
        return FilePath(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}

extension OutputOptions {
    /// The options as they were given.
    var words: [String] {
        [json ? "--json" : nil, quiet ? "--quiet" : nil, verbose ? "--verbose" : nil].compactMap { $0 }
    }
}

extension LoopOptions {
    /// The options as they were given.
    var words: [String] {
        var words = loop ? ["--loop"] : []
        if let failures { words += ["--maxfails", String(failures)] }
        if let pause { words += ["--sleep", String(pause)] }
        if onePass { words.append("--onepass") }
        if let basedir { words += ["--basedir", basedir] }
        return words
    }
}

extension RunArguments {
    /// The words for each process of a loop.
    var wordsOfChild: [String] {
        var words = words() + ["--part-of-loop"]
        if let basedir = loop.basedir { words += ["--basedir", basedir] }
        if wikis.force { words.append("--force") }
        if let notice = wikis.notice { words += ["--addnotice", notice] }
        if wikis.deleteNotice { words.append("--delnotice") }
        return words
    }
}
