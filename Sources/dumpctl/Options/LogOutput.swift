import Logging
import SystemPackage
import WikiDumpKit

/// Writes log messages into the log of a run, every detail of them.
struct RunLogHandler: LogHandler {
    let log: RunLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    init(log: RunLog) { self.log = log }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.write(LineLogHandler.text(event)) }
}

/// Puts what happens in a run into its log, which gets its file when the run begins.
struct LogObserver: DumpObserver {
    let log: RunLog
    /// Where the file of a run is to be, or without a date, that of a run which has no folder; nil for none.
    let file: (@Sendable (WikiName, DumpDate?) -> FilePath)?

    func observe(_ event: DumpEvent) {
        let path: FilePath? =
            switch event {
            case .runStarted(let wiki, let date, _, _): file?(wiki, date)
            case .runRefused(let wiki, _, _): file?(wiki, nil)
            default: nil
            }
        if let path {
            do throws(DumpError) { try log.open(path) } catch { printError(error.description) }
        }
        LineReporter { log.write($0) }.observe(event)
    }
}
