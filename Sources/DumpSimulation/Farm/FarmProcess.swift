import Logging
import MWBzUtils
import SystemPackage
import WikiDumpKit
import WikiDumpKitTesting

/// What a process of the farm does: the code of the library, with what is simulated handed in.
struct FarmProcess: Sendable {
    let number: Int
    let wikis: [any Wiki]
    let fileSystem: FileSystem
    let timer: any Clock<Duration>
    let clock: any WallClock
    let lockClock: any WallClock
    let watch: FarmWatch
    let staleAge: Int64
    /// Whether a wiki is dumped again only after half a month.
    let isPatient: Bool

    private var farm: FarmSettings {
        var farm = FarmSettings(publicTree: "/public", privateTree: "/private", temporaryTree: "/temp")
        farm.staleAge = staleAge
        return farm
    }

    private static let content = InMemoryContent()

    /// The wikis of a process.
    static func wikis(_ names: [WikiName], on fileSystem: FileSystem) -> [any Wiki] {
        names.map { name in
            var wiki = InMemoryWiki(name: name, folder: "/", content: content)
            wiki.fileSystem = fileSystem
            wiki.settings.keep = 1
            return wiki
        }
    }

    private var logger: Logger { Logger(label: "simulation") { _ in RemarkHandler(process: number, watch: watch) } }

    private var stopFiles: StopFiles { StopFiles(in: farm.privateTree, on: fileSystem) }

    private var locks: LockFactory { FileLock.factory(staleAge: staleAge, clock: lockClock) }

    private var worker: Worker {
        let (farm, stopFiles, clock, logger, timer) = (farm, stopFiles, clock, logger, timer)
        let (watch, number) = (watch, number)
        return Worker(
            wikis: wikis,
            makeRun: { wiki, date, request throws(DumpError) in
                if let epoch = request.epoch { watch.begin(wiki.name.description, epoch: epoch, process: number) }
                return JobRun(
                    wiki: wiki, date: date, jobs: SimulatedJob.all, selection: request.jobs, options: request.options,
                    epoch: request.epoch,
                    publisher: RunPublisher(
                        directories: wiki.directories, farm: farm, renderer: SimulatedPages(), on: wiki.fileSystem),
                    stopFiles: stopFiles, clock: clock, timer: timer, logger: logger, width: 1)
            },
            locks: locks, stopFiles: stopFiles, clock: clock, logger: logger)
    }

    /// Dumps wikis until nothing is left to do.
    func dumpAll() async throws {
        let limits = DumpLoop.Limits(failures: 8, endsWhenDone: true)
        _ = try await DumpLoop(limits, files: stopFiles, logger: logger) { () async throws(DumpError) in
            let halfAMonthAgo = UTCTime(seconds: clock.now().seconds - 14 * 86_400)
            return await attempt(RunRequest(cutoff: isPatient ? DumpDate(halfAMonthAgo) : nil))
        }.run()
    }

    /// Dumps wikis until nothing is left to do, and then those by name that failed too often to be tried again today.
    func dumpAllAndFailed() async throws {
        try await dumpAll()
        for wiki in wikis { _ = await attempt(RunRequest(wiki: wiki.name, date: .last)) }
    }

    /// One `dumpctl run`.
    private func attempt(_ request: RunRequest) async -> DumpLoop.Attempt {
        defer { watch.end(process: number) }
        do throws(DumpError) {
            let record = try await worker.run(request, SilentObserver())
            guard record.isComplete, record.failures == 0 else { return .failed("\(record.failures) jobs failed") }
            watch.acknowledge(record.wiki.description, record.date.description, by: number)
            return .done
        } catch {
            switch error.code {
            case .nothingToDo: return worker.nextRetry(request) == nil ? .nothingToDo : .waiting
            case .lockHeld: return .lockHeld
            case .cancelled: return .stopped
            default: return .failed(error.description)
            }
        }
    }

    /// Helps wherever batches are open, a few times.
    func helpOften() async throws {
        let request = RunRequest(
            date: .last, jobs: JobSelection(names: ["history"]), options: RunOptions(batches: true))
        for _ in 0..<10 {
            do throws(DumpError) { _ = try await worker.help(request, SilentObserver()) } catch {
                if error.code != .nothingToDo { watch.remark(number, "\(error)") }
            }
            try await timer.sleep(for: .seconds(4))
        }
    }

    /// One sweep of the monitor.
    func watchOnce() async throws(DumpError) {
        let monitor = Monitor(
            farm: farm, wikis: wikis, renderer: SimulatedPages(), locks: locks, clock: clock, on: fileSystem,
            logger: logger)
        _ = try await monitor.sweep()
    }

    /// Some sweeps, with a pause after each.
    func watchOften() async throws {
        for _ in 0..<3 {
            do throws(DumpError) { try await watchOnce() } catch { watch.remark(number, "\(error)") }
            try await timer.sleep(for: .seconds(40))
        }
    }
}

/// Keeps what a process logs among the events.
private struct RemarkHandler: LogHandler {
    let process: Int
    let watch: FarmWatch
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        watch.remark(process, "\(event.level): \(event.message) \(event.metadata.map { "\($0)" } ?? "")")
    }
}
