import SystemPackage

/// Tells a process that works from one that hangs.
struct SignsOfLife {
    private var last: [String] = []
    private var lastSize: Int64 = -1

    /// Whether the process did something since the last look: used a core, read or wrote bytes, or its output grew.
    ///
    /// On a system without `/proc` only the output counts.
    mutating func change(processID: Int32, outputSize: Int64) -> Bool {
        let now = Self.look(processID)
        defer { (last, lastSize) = (now, outputSize) }
        return now != last || outputSize != lastSize
    }

    private static func look(_ processID: Int32) -> [String] {
        func read(_ name: String) -> String {
            let bytes = try? FileSystem.read(FilePath("/proc/\(processID)/\(name)"))
            return String(decoding: bytes ?? [], as: UTF8.self)
        }
        // The name in parentheses may hold blanks and parentheses. After it: fields 3 on; 14 and 15 are the ticks on a
        // core (proc_pid_stat(5)).
        let afterName = read("stat").split(separator: ")", omittingEmptySubsequences: false).last ?? ""
        let fields = afterName.split(separator: " ").dropFirst(11).prefix(2).map(String.init)
        return fields + [read("io")]
    }
}
