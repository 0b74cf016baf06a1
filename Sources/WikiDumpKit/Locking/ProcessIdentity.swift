import CLibrary
import SystemPackage

/// A process on a machine, told apart from a later one that got the same number.
struct ProcessIdentity: Sendable, Hashable {
    /// The name of the machine.
    let host: String
    /// The number of the process.
    let processID: Int32
    /// When the process started, in the clock ticks of the kernel since boot; nil where the system does not tell.
    let startTicks: UInt64?

    /// This process.
    static let current = ProcessIdentity(
        host: hostName(), processID: getpid(), startTicks: startTicks(of: getpid()))

    /// Whether the process runs; to be asked on its own machine only.
    ///
    /// A process that started at another time only has the number, and one that was killed is dead even if its parent
    /// has not taken note of it.
    var isRunning: Bool {
        // A process of another user is alive as well: the signal is refused for lack of rights, not of a process.
        guard processID > 0, kill(processID, 0) == 0 || errno != ESRCH else { return false }
        guard let fields = ProcessTable.fields(of: processID) else { return true }
        // A process that was killed stays in the table until its parent asks for it, which may be never.
        if fields[0] == "Z" || fields[0] == "X" { return false }
        guard let startTicks, let current = UInt64(fields[19]) else { return true }
        return startTicks == current
    }

    /// When the process of that number started; nil if there is none, or the system does not tell.
    static func startTicks(of processID: Int32) -> UInt64? {
        ProcessTable.fields(of: processID).flatMap { UInt64($0[19]) }
    }

    /// The name this machine goes by.
    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self).filter { $0 != "/" && !$0.isWhitespace }
        return name.isEmpty ? "localhost" : name
    }
}
