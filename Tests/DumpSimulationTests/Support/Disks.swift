import DumpSimulation
import MWBzUtils
import SystemPackage
import Testing

/// A machine for tests that need only one.
let machine = SimulatedMachine(name: "one", boot: 1)

extension SimulatedDisk {
    /// A disk whose clock stands still.
    static func still(_ traits: DiskTraits = DiskTraits()) -> SimulatedDisk {
        SimulatedDisk(traits) { FileTime(seconds: 1_000) }
    }

    /// The calls of a new process.
    func newCalls(beforeCall: @escaping BeforeCall = { _ throws(Errno) in }) -> any FileCalls {
        calls(for: startProcess(ProcessTraits(on: machine)), beforeCall: beforeCall)
    }

    /// The content of a file as text; nil if there is no file.
    func text(_ path: String) -> String? {
        tree().first { $0.path == path && $0.kind == .regular }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// All paths.
    var paths: [String] { tree().map(\.path) }
}

extension FileCalls {
    /// Writes a file as a careless program does.
    func write(_ text: String, to path: FilePath, durably: Bool = false) throws(Errno) {
        let file = try open(path, .create(0o644))
        try file.write(Array(text.utf8))
        if durably { try file.synchronize() }
        try file.close()
    }

    /// The whole content of a file.
    func text(_ path: FilePath) throws(Errno) -> String {
        let file = try open(path, .read)
        defer { try? file.close() }
        return String(decoding: try file.readAll(), as: UTF8.self)
    }
}

/// What a call throws; nil if it succeeds.
func failure<Success>(_ call: () throws(Errno) -> Success) -> Errno? {
    do throws(Errno) {
        _ = try call()
        return nil
    } catch { return error }
}
