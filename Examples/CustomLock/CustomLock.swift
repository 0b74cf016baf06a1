// A lock of your own, for the worker and the monitor of a farm.
//
//     swift run CustomLock path/to/wikidump.conf LOCKS.sqlite run WIKI
//     swift run CustomLock path/to/wikidump.conf LOCKS.sqlite monitor
//
// The first dumps WIKI, the second looks once at all wikis and cleans up after processes that died. Both find the locks in
// LOCKS.sqlite.
import Foundation
import Logging
import WikiDumpKit

@main
enum CustomLock {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do throws(DumpError) {
            switch words.dropFirst(2) {
            case ["monitor"]:
                let (configuration, locks) = try open(words)
                let monitor = try Monitor(configuration: configuration, locks: locks, logger: logger)
                for entry in try await monitor.sweep().entries { print(entry.wiki, entry.statusText) }
            case let rest where rest.count == 2 && rest.first == "run":
                guard let wiki = rest.last.flatMap({ WikiName($0) }) else {
                    throw DumpError(.usage, "no name of a wiki")
                }
                let (configuration, locks) = try open(words)
                let worker = try Worker(configuration: configuration, locks: locks, logger: logger)
                let run = try await worker.run(RunRequest(wiki: wiki), SilentObserver())
                print("\(run.wiki) \(run.date.dashed): \(run.isComplete ? "complete" : "not complete")")
            default: throw DumpError(.usage, "CONFIGFILE LOCKS.sqlite run WIKI, or CONFIGFILE LOCKS.sqlite monitor")
            }
        } catch {
            FileHandle.standardError.write(Data("CustomLock: \(error)\n".utf8))
            exit(error.code == .usage ? 2 : 1)
        }
    }

    private static let logger = Logger(label: "example")

    private static func open(_ words: [String]) throws(DumpError) -> (WikiDumpKit.Configuration, LockFactory) {
        let configuration = try ConfigurationLoader().load(words[0])
        let database = try DatabaseLock.open(words[1])
        return (configuration, DatabaseLock.factory(database, staleAge: configuration.farm.staleAge))
    }
}
