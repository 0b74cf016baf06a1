import CLibrary
import MWBzUtils
import SystemPackage

/// A process, distinguished from a later one with the same number, and from one of another container or machine.
package struct ProcessIdentity: Sendable, Hashable {
    /// The name of the machine.
    package let host: String
    /// The number of the process.
    package let processID: Int32
    /// When the process started, in clock ticks since boot; nil if the system does not tell.
    package let startTicks: UInt64?
    /// The table of processes that the number belongs to: the start of a machine, and a container on it. nil if unknown.
    package let table: String?

    /// Describes a process.
    package init(host: String, processID: Int32, startTicks: UInt64?, table: String?) {
        self.host = host
        self.processID = processID
        self.startTicks = startTicks
        self.table = table
    }

    /// This process.
    static let current = ProcessIdentity(
        host: hostName(), processID: getpid(), startTicks: startTicks(of: getpid()), table: currentTable())

    /// Whether the process is running. Ask this only about processes of our own table.
    ///
    /// A process with the same number but another start time is a different one. A killed process counts as dead even if its
    /// parent has not collected its status.
    var isRunning: Bool {
        // A process of another user is also alive: in that case, the signal is refused for lack of permission, not because
        // there is no process.
        guard processID > 0, kill(processID, 0) == 0 || errno != ESRCH else { return false }
        guard let fields = ProcessTable.fields(of: processID) else { return true }
        // A killed process stays in the table until its parent collects its status, which may never happen.
        if fields[0] == "Z" || fields[0] == "X" { return false }
        guard let startTicks, let current = UInt64(fields[19]) else { return true }
        return startTicks == current
    }

    /// The start time of the process with a number; nil if there is none, or the system does not tell.
    static func startTicks(of processID: Int32) -> UInt64? {
        ProcessTable.fields(of: processID).flatMap { UInt64($0[19]) }
    }

    /// The boot id of the machine, which is drawn anew at each start, and the number of our namespace of process numbers.
    private static func currentTable() -> String? {
        guard let boot = ProcessTable.text("/proc/sys/kernel/random/boot_id"),
            let namespace = try? SystemCalls().target(ofLink: "/proc/self/ns/pid")
        else { return nil }
        let name = (boot + namespace).filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return name.isEmpty ? nil : String(name)
    }

    /// The name of this machine.
    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self).filter { $0 != "/" && !$0.isWhitespace }
        return name.isEmpty ? "localhost" : name
    }
}
