import CLibrary
import MWBzUtils
import Synchronization
import SystemPackage
import WikiDumpKit

/// The exit statuses of `dumpctl`, as documented.
enum ExitStatus {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let usage: Int32 = 2
    static let outputBad: Int32 = 3
    /// A dump is damaged, or its soundness is in doubt.
    static let damaged: Int32 = 3
    /// The page asked for is not in the dump, or no mirror has the run.
    static let notThere: Int32 = 4
    /// Everything is done, but items that are damaged in the source are missing from the files.
    static let doneWithOmissions: Int32 = 5
    /// Two dumps were compared, and they differ.
    static let different: Int32 = 6
    static let nothingToDo: Int32 = 10
    static let lockHeld: Int32 = 11
    static let stoppedEarly: Int32 = 75

    /// The exit status of a command that ends with this error.
    static func of(_ error: DumpError) -> Int32 {
        switch error.code {
        case .usage, .configuration, .unknownWiki: usage
        case .outputBad, .damaged: outputBad
        case .nothingToDo: nothingToDo
        case .lockHeld: lockHeld
        case .lockLost, .cancelled: stoppedEarly
        default: failed
        }
    }

    /// The exit status of a command on dump files that ends with this error.
    static func of(_ error: BzError) -> Int32 {
        switch error.code {
        case .damaged, .truncated: damaged
        case .cancelled: stoppedEarly
        default: failed
        }
    }

    /// The exit status of a run. A job that failed in an earlier process and was not requested now does not count.
    static func of(_ run: RunRecord) -> Int32 {
        let failures = run.jobs.filter { $0.status == .failed && $0.failure != nil }
        if failures.isEmpty { return run.damage > 0 ? doneWithOmissions : done }
        return failures.allSatisfy { $0.failure == .outputBad || $0.failure == .damaged } ? outputBad : failed
    }
}

func printError(_ text: String) {
    let lines = text.namingOptions.split(separator: "\n", omittingEmptySubsequences: false)
    Output.write("dumpctl: \(lines.map { String($0).printable }.joined(separator: "\n"))\n", to: STDERR_FILENO)
}

/// Writes whole lines at once, so that lines of several tasks do not mix.
enum Output {
    /// The number of the first error while writing to standard output; 0 if there was none.
    private static let firstFailure = Atomic<Int32>(0)

    /// Writes the text. A reader that went away is not an error; ``finish()`` reports other errors.
    static func write(_ text: String, to descriptor: Int32) {
        do { _ = try FileDescriptor(rawValue: descriptor).writeAll(text.utf8) } catch {
            guard descriptor == STDOUT_FILENO, let cause = error as? Errno else { return }
            keep(cause)
        }
    }

    /// Flushes what `print` has buffered, so that a full disk cannot swallow an answer.
    /// - Throws: ``BzError`` with code `fileSystem` if some of the output could not be written.
    static func finish() throws(BzError) {
        if fflush(nil) != 0 { keep(Errno(rawValue: errno)) }
        let failure = firstFailure.load(ordering: .relaxed)
        guard failure != 0 else { return }
        throw BzError(
            .fileSystem, "cannot be written", file: "standard output", cause: Errno(rawValue: failure))
    }

    private static func keep(_ cause: Errno) {
        guard cause != .brokenPipe else { return }
        _ = firstFailure.compareExchange(expected: 0, desired: cause.rawValue, ordering: .relaxed)
    }
}
