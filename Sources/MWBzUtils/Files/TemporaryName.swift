import CLibrary
import Synchronization
package import SystemPackage

/// Temporary names of files that are being written next to their final name: `.NAME.PROCESS-NUMBER.PID.tmp`.
///
/// A PID is not unique among machines that share a folder, or among containers on one machine. So each process also draws
/// a random number, by which it recognizes its own files.
package enum TemporaryName {
    private static let process = String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
    private static let last = Atomic<UInt64>(0)

    /// A name that no file has, in the folder of a path.
    package static func beside(_ path: FilePath) -> FilePath {
        let name = String(decoding: Array((path.lastComponent?.string ?? "").utf8.prefix(200)), as: UTF8.self)
        let number = last.add(1, ordering: .relaxed).newValue
        return path.removingLastComponent().appending(".\(name).\(process)-\(number).\(getpid()).tmp")
    }

    /// Whether this is such a temporary name. Its process may be writing the file, or may have died.
    package static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

    /// Whether this is a temporary name that another process made.
    package static func isOfOthers(_ name: String) -> Bool {
        guard isTemporary(name) else { return false }
        let parts = name.split(separator: ".").dropLast()
        return parts.last.flatMap { pid_t($0) } != nil && parts.dropLast().last?.hasPrefix(process + "-") != true
    }
}
