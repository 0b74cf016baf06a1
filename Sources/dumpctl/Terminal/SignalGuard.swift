import ArgumentParser
import CLibrary
import Dispatch
import UnixSignals
import WikiDumpKit

/// Runs a body that can be stopped early by SIGTERM, SIGINT or SIGHUP.
///
/// The first signal cancels the body, which then cleans up. If that takes longer than the limit, or at a second signal, the
/// process ends at once. The files on disk are safe in that case too.
/// - Parameters:
///   - resume: Returns the command that continues where the body was stopped.
///   - limit: How long the body may take to clean up.
func stoppingOnSignal<Success: Sendable>(
    resume: @escaping @Sendable () -> String, limit: DispatchTimeInterval = .milliseconds(1_700),
    _ body: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    let (stops, stop) = AsyncStream<UnixSignal>.makeStream()
    let listener = Task {
        var isFirst = true
        for await signal in signals {
            guard isFirst else { end(signal, resume) }
            isFirst = false
            endSoon(signal, resume, limit)
            stop.yield(signal)
        }
    }
    defer { listener.cancel() }
    return try await withThrowingTaskGroup(of: Event<Success>.self) { group in
        group.addTask {
            do { return .ended(.success(try await body())) } catch { return .ended(.failure(error)) }
        }
        group.addTask {
            for await signal in stops { return .signal(signal) }
            return .noSignal
        }
        var stopped: UnixSignal?
        while let event = try await group.next() {
            switch event {
            case .ended(let result):
                group.cancelAll()
                if let stopped, case .failure(let error) = result, (error as? DumpError)?.code == .cancelled {
                    printError("stopped by \(stopped); resume with: \(resume())")
                    throw ExitCode(128 + stopped.rawValue)
                }
                return try result.get()
            case .signal(let signal):
                stopped = signal
                group.cancelAll()
            case .noSignal: break
            }
        }
        throw ExitCode(ExitStatus.stoppedEarly)
    }
}

private enum Event<Success: Sendable>: Sendable {
    case ended(Result<Success, any Error>)
    case signal(UnixSignal)
    case noSignal
}

/// Ends the process if it is still running when the time is up. It uses its own queue, and so its own thread, because
/// all other threads may be waiting.
private func endSoon(
    _ signal: UnixSignal, _ resume: @escaping @Sendable () -> String, _ limit: DispatchTimeInterval
) {
    DispatchQueue(label: "end after a signal").asyncAfter(deadline: .now() + limit) {
        end(signal, resume)
    }
}

private func end(_ signal: UnixSignal, _ resume: () -> String) -> Never {
    printError("stopped by \(signal) at once; resume with: \(resume())")
    _exit(128 + signal.rawValue)
}
