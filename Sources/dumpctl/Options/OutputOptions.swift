import ArgumentParser
import CLibrary
import Logging
import SystemPackage
import WikiDumpKit

/// How a command reports what it does.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print events as JSON, one object on each line, on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors. Having nothing to do is none.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print details too.")
    var verbose = false

    func validate() throws {
        if quiet && verbose { throw ValidationError("--quiet and --verbose contradict each other.") }
    }

    /// Where the libraries log.
    var logger: Logger { Logger(label: "dumpctl") { _ in handler } }

    /// Where a command without these options logs.
    static var plainLogger: Logger { Logger(label: "dumpctl") { _ in LineLogHandler() } }

    /// Logs to the same place, and every detail to the log of a run.
    func logger(into log: RunLog) -> Logger {
        Logger(label: "dumpctl") { _ in MultiplexLogHandler([handler, RunLogHandler(log: log)]) }
    }

    private var handler: LineLogHandler {
        var handler = LineLogHandler()
        handler.logLevel = verbose ? .debug : quiet ? .error : .notice
        return handler
    }

    /// Runs a body, and shows its events as the options say.
    func reporting<Success: Sendable>(
        _ body: @escaping @Sendable (any DumpObserver) async throws -> Success
    ) async throws -> Success {
        let clock = SystemWallClock()
        if json { return try await body(JSONReporter(clock: clock)) }
        if quiet { return try await body(SilentObserver()) }
        guard TextStyle.isTerminal else { return try await body(LineReporter(clock: clock)) }
        let display = ProgressDisplay(style: .standardError)
        let drawing = Task { await display.keepDrawing() }
        let result: Result<Success, any Error>
        do { result = .success(try await body(display)) } catch { result = .failure(error) }
        drawing.cancel()
        await drawing.value
        return try result.get()
    }
}

/// Writes log messages as plain lines on standard error.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        Output.write("\(SystemWallClock().now().statusText): \(Self.text(event))\n", to: STDERR_FILENO)
    }

    /// A message with its metadata.
    static func text(_ event: LogEvent) -> String {
        let mark = event.level >= .warning ? "\(event.level): " : ""
        let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }.joined()
        return "\(mark)\(event.message)\(facts)".namingOptions
    }
}

/// Writes log messages with every detail to the log of a run.
struct RunLogHandler: LogHandler {
    let log: RunLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.write(LineLogHandler.text(event)) }
}

/// Writes the events of a run to its log, which gets its file when the run begins.
struct LogObserver: DumpObserver {
    let log: RunLog
    let fileSystem: FileSystem
    /// The place of the file for a run; without a date, for a run that has no folder; nil for none.
    let file: (@Sendable (WikiName, DumpDate?) -> FilePath)?
    private let lines: LineReporter

    init(log: RunLog, fileSystem: FileSystem, file: (@Sendable (WikiName, DumpDate?) -> FilePath)?) {
        self.log = log
        self.fileSystem = fileSystem
        self.file = file
        lines = LineReporter { log.write($0) }
    }

    func observe(_ event: DumpEvent) {
        let path: FilePath? =
            switch event {
            case .runStarted(let wiki, let date, _, _): file?(wiki, date)
            case .runRefused(let wiki, _, _): file?(wiki, nil)
            default: nil
            }
        if let path {
            do throws(DumpError) { try log.open(path, on: fileSystem) } catch { printError(error.description) }
        }
        lines.observe(event)
    }
}
