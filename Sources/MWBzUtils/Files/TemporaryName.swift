import CLibrary
import Synchronization
package import SystemPackage

/// Names of files that are being written beside their place: `.NAME.PROCESS-NUMBER.PID.tmp`.
///
/// Machines that share a folder have processes of the same PID, and so have two containers on one machine. So each process
/// draws a number of its own, by which it knows its files again.
package enum TemporaryName {
    private static let process = String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
    private static let last = Atomic<UInt64>(0)

    /// A name that no file has, in the folder of a path.
    package static func beside(_ path: FilePath) -> FilePath {
        let name = String(decoding: Array((path.lastComponent?.string ?? "").utf8.prefix(200)), as: UTF8.self)
        let number = last.add(1, ordering: .relaxed).newValue
        return path.removingLastComponent().appending(".\(name).\(process)-\(number).\(getpid()).tmp")
    }

    /// Whether a file of this name is written beside its place, or was when its process died.
    package static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

    /// Whether another process than this one made a temporary file of this name.
    package static func isOfOthers(_ name: String) -> Bool {
        guard isTemporary(name) else { return false }
        let parts = name.split(separator: ".").dropLast()
        return parts.last.flatMap { pid_t($0) } != nil && parts.dropLast().last?.hasPrefix(process + "-") != true
    }
}
