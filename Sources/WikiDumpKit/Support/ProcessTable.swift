import SystemPackage

/// What the kernel tells about processes, in `/proc` (proc_pid_stat(5)). Nothing where there is none.
enum ProcessTable {
    /// The fields of a process behind its name: its state first, its group third, its time on a core as the twelfth and
    /// thirteenth, its start time as the twentieth; nil where nothing is told.
    static func fields(of processID: Int32) -> [Substring]? {
        // The name of the program stands in brackets before these fields, and may contain brackets and blanks itself.
        guard let text = try? FileSystem.text(FilePath("/proc/\(processID)/stat")), let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].dropFirst().split { $0.isWhitespace }
        return fields.count > 19 ? fields : nil
    }

    /// Whether a process group has a member that is not dead. One that nobody has collected yet, a zombie, is.
    static func isAlive(group: Int32) -> Bool {
        let numbers = (try? FileSystem.list("/proc"))?.compactMap { Int32($0) } ?? []
        // Without a table nobody can say that the members are dead.
        if numbers.isEmpty { return true }
        return numbers.contains { number in
            guard let fields = fields(of: number), Int32(fields[2]) == group else { return false }
            return fields[0] != "Z" && fields[0] != "X"
        }
    }
}
