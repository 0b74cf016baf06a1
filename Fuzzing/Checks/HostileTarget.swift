import Dispatch
import DumpSimulation
import MWBzUtils
import Synchronization
import SystemPackage

@testable import WikiDumpKit

/// Something that reads data of others, and what must hold of it for any data.
struct HostileTarget: Sendable, CustomStringConvertible {
    /// The name of the target, of the folder of its corpus and of its dictionary.
    let name: String
    /// Whether an input many times over is an input that is read to its end. Then its time is looked at as well.
    var repeats = false
    /// - Throws: ``Violation`` if something does not hold.
    let check: @Sendable ([UInt8]) throws -> Void

    var description: String { name }

    static let all: [HostileTarget] = [
        HostileTarget(name: "bzip2", check: BzipChecks.run),
        HostileTarget(name: "gzip", repeats: true, check: GzipChecks.run),
        HostileTarget(name: "xml", repeats: true, check: ExportChecks.run),
        HostileTarget(name: "index", check: IndexChecks.run),
        HostileTarget(name: "multistream", repeats: true, check: MultistreamChecks.run),
        HostileTarget(name: "php", repeats: true, check: StoredTextChecks.run),
        HostileTarget(name: "ini", repeats: true, check: INIChecks.run),
        HostileTarget(name: "configuration", repeats: true, check: ConfigurationChecks.run),
        HostileTarget(name: "yaml", repeats: true, check: YAMLChecks.run),
        HostileTarget(name: "wikilist", repeats: true, check: WikiListChecks.run),
        HostileTarget(name: "filename", check: NameChecks.fileNames),
        HostileTarget(name: "owner", check: NameChecks.owners),
        HostileTarget(name: "runinfo", repeats: true, check: StatusChecks.runInfo),
        HostileTarget(name: "statusline", check: StatusChecks.statusLine),
        HostileTarget(name: "dumpstatus", check: StatusChecks.storedRun),
        HostileTarget(name: "pieces", check: PieceChecks.run),
        HostileTarget(name: "sums", repeats: true, check: StatusChecks.sums),
        HostileTarget(name: "json", check: JSONChecks.values),
        HostileTarget(name: "certificate", check: JSONChecks.certificates),
        HostileTarget(name: "batches", check: JSONChecks.batches),
        HostileTarget(name: "siteinfo", check: WebChecks.siteInfo),
        HostileTarget(name: "http", check: WebChecks.answers),
        HostileTarget(name: "template", check: TemplateChecks.run),
    ]
}

/// What does not hold of an input.
struct Violation: Error, CustomStringConvertible { let description: String }

func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw Violation(description: what()) }
}

/// What an asynchronous function returns. The thread waits, so it must not be one of the pool that all tasks share.
func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox<Value>()
    Task {
        do { box.set(.success(try await body())) } catch { box.set(.failure(error)) }
        done.signal()
    }
    done.wait()
    guard let result = box.result else { throw Violation(description: "there is no result") }
    return try result.get()
}

private final class ResultBox<Value: Sendable>: Sendable {
    private let content = Mutex<Result<Value, any Error>?>(nil)

    var result: Result<Value, any Error>? { content.withLock { $0 } }

    func set(_ result: Result<Value, any Error>) { content.withLock { $0 = result } }
}

extension FileSystem {
    /// A file system in memory with some files in the folder `/farm`.
    static func holding(_ files: [String: [UInt8]]) throws -> FileSystem {
        let disk = SimulatedDisk { FileTime(seconds: 1_000) }
        let process = disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "one", boot: 1)))
        let system = FileSystem(disk.calls(for: process))
        try system.makeDirectory("/farm")
        for (name, bytes) in files {
            let file = try system.calls.open(FilePath("/farm/\(name)"), .create(0o644))
            try file.write(bytes)
            try file.close()
        }
        return system
    }
}

extension String {
    /// Whether this can be the name of a file that stays in its folder and breaks no line of a list.
    var isPlainFileName: Bool {
        !isEmpty && self != "." && self != ".."
            && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// Equal to the last byte. `==` takes different spellings of one character for the same.
    func isSame(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
