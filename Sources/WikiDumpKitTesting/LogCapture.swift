public import Logging
import Synchronization
public import WikiDumpKit

/// Records log messages for tests.
public final class LogCapture: Sendable {
    private let lines = Mutex<[String]>([])

    /// Creates an empty capture.
    public init() {}

    /// The messages so far, in the form `level message`.
    public var messages: [String] { lines.withLock { $0 } }

    /// A logger whose messages are recorded here.
    public var logger: Logger {
        Logger(label: "capture") { _ in Handler(capture: self) }
    }

    private func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let capture: LogCapture
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { capture.add("\(event.level) \(event.message)") }
    }
}

/// Records the events of a run for tests.
public final class EventCapture: DumpObserver {
    private let kept = Mutex<[DumpEvent]>([])

    /// Creates an empty capture.
    public init() {}

    /// The events so far.
    public var events: [DumpEvent] { kept.withLock { $0 } }

    /// Records the event.
    public func observe(_ event: DumpEvent) { kept.withLock { $0.append(event) } }
}
