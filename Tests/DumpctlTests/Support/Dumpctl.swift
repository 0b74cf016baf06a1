import Foundation

/// Runs the program under test as a process of its own.
struct Dumpctl {
    struct Outcome: Sendable {
        var status: Int32
        var signal: Int32?
        var output: String
        var error: String
        var seconds: Double

        /// The JSON lines on standard output.
        var events: [[String: Any]] {
            output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// The binary that was built beside the tests.
    static let binary: URL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("dumpctl")

    /// Starts the program and gives the process, its output going to files in the folder.
    static func start(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:], program: URL = binary,
        input: Data? = nil
    ) throws -> Running {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var inherited = ProcessInfo.processInfo.environment
        inherited["HOME"] = folder.path
        process.environment = inherited.merging(environment) { $1 }
        let mark = UUID().uuidString
        let output = folder.appendingPathComponent(".out-\(mark)")
        let error = folder.appendingPathComponent(".err-\(mark)")
        for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        if let input {
            let source = folder.appendingPathComponent(".in-\(mark)")
            try input.write(to: source)
            process.standardInput = try FileHandle(forReadingFrom: source)
        }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        let began = Date()
        try process.run()
        return Running(process: process, output: output, error: error, began: began)
    }

    /// Runs the program to its end. Only a few run at a time, so that those whose time is taken are not starved.
    static func run(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await gate.pass { try await start(arguments, in: folder, environment: environment).wait() }
    }

    /// What every process that takes a while has to pass.
    static let gate = Gate(width: max(2, ProcessInfo.processInfo.activeProcessorCount))

    struct Running {
        let process: Process
        let output: URL
        let error: URL
        let began: Date

        /// Stops the process with SIGSTOP, and returns when all its threads have stopped or it has ended.
        ///
        /// The signal alone is not enough: on a busy machine, other threads run on until one gets to see it.
        func pause() {
            let id = process.processIdentifier
            kill(id, SIGSTOP)
            let folder = "/proc/\(id)/task"
            while let threads = try? FileManager.default.contentsOfDirectory(atPath: folder), !threads.isEmpty {
                let states = threads.map { thread in
                    let stat = (try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8)) ?? ""
                    return stat.split(separator: ")").last?.split(separator: " ").first ?? "X"
                }
                if states.allSatisfy({ ["T", "X", "Z"].contains($0) }) { return }
                usleep(1000)
            }
        }

        /// Waits for the end, without keeping a thread of the concurrency pool: tests of other kinds need those.
        ///
        /// A process that hangs is killed after two minutes, which no test takes for a good end.
        func wait() async throws -> Outcome {
            let watch = DispatchWorkItem { [process] in
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: watch)
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { [process] in
                    process.waitUntilExit()
                    continuation.resume()
                }
            }
            watch.cancel()
            let seconds = Date().timeIntervalSince(began)
            let bySignal = process.terminationReason == .uncaughtSignal
            defer { for file in [output, error] { try? FileManager.default.removeItem(at: file) } }
            return Outcome(
                status: bySignal ? -1 : process.terminationStatus, signal: bySignal ? process.terminationStatus : nil,
                output: try String(contentsOf: output, encoding: .utf8),
                error: try String(contentsOf: error, encoding: .utf8), seconds: seconds)
        }
    }
}

/// Lets only so many bodies run at a time.
actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(width: Int) { free = width }

    nonisolated func pass<Success: Sendable>(_ body: () async throws -> Success) async throws -> Success {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
