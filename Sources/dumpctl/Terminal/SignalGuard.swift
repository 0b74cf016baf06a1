import ArgumentParser
import UnixSignals
import WikiDumpKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs a body that a SIGTERM, SIGINT or SIGHUP stops early.
///
/// The first signal cancels the body, which then puts its affairs in order; if that takes longer than the limit, or at a
/// second signal, the process ends as it stands. Everything on disk is made for that.
func stoppingOnSignal<Success: Sendable>(
    resume: String, _ body: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    return try await withThrowingTaskGroup(of: GuardEvent<Success>.self) { group in
        group.addTask {
            do { return .ended(.success(try await body())) } catch { return .ended(.failure(error)) }
        }
        group.addTask {
            for await signal in signals { return .stopped(signal) }
            try await Task.sleep(for: .seconds(1 << 30))
            return .overdue
        }
        var stopped: UnixSignal?
        while let event = try await group.next() {
            switch event {
            case .ended(let result):
                group.cancelAll()
                if let stopped, case .failure(let error) = result, (error as? DumpError)?.code == .cancelled {
                    printError("stopped by \(stopped); resume with: \(resume)")
                    throw ExitCode(128 + stopped.rawValue)
                }
                return try result.get()
            case .stopped(let signal):
                stopped = signal
                group.cancelAll()
                // The body is cancelled now; a watch that is not cancelled with it ends the process if it hangs.
                Task.detached {
                    try? await Task.sleep(for: .milliseconds(1_700))
                    printError("stopped by \(signal) at once; resume with: \(resume)")
                    _exit(128 + signal.rawValue)
                }
            case .overdue:
                break
            }
        }
        throw ExitCode(ExitStatus.stoppedEarly)
    }
}

private enum GuardEvent<Success: Sendable>: Sendable {
    case ended(Result<Success, any Error>)
    case stopped(UnixSignal)
    case overdue
}
