import MWBzUtils
import SystemPackage

/// What the kernel says about processes in `/proc` (proc_pid_stat(5)). Empty on systems without it.
enum ProcessTable {
    /// The fields of a process that follow its name; nil if they are not available. The first is its state, the third its
    /// group, the twelfth and thirteenth its time on a core, the twentieth its start time.
    static func fields(of processID: Int32) -> [Substring]? {
        // The name of the program comes before these fields, in parentheses, and may itself contain parentheses and blanks.
        guard let text = text(FilePath("/proc/\(processID)/stat")),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].dropFirst().split { $0.isWhitespace }
        return fields.count > 19 ? fields : nil
    }

    /// Reads a file in `/proc`. ``FileSystem/real`` cannot: it comes with the identity of this process, which is read here.
    static func text(_ path: FilePath) -> String? {
        guard let file = try? SystemCalls().open(path, .read) else { return nil }
        defer { try? file.close() }
        return (try? file.readAll()).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a process group has a living member. A zombie counts as dead.
    static func isAlive(group: Int32) -> Bool {
        let numbers = (try? FileSystem.real.list("/proc"))?.compactMap { Int32($0) } ?? []
        // Without a table, nothing shows that the members are dead.
        if numbers.isEmpty { return true }
        return numbers.contains { number in
            guard let fields = fields(of: number), Int32(fields[2]) == group else { return false }
            return fields[0] != "Z" && fields[0] != "X"
        }
    }
}
