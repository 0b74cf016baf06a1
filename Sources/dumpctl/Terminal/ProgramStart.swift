import CLibrary
import CProcess
import MWBzUtils
import WikiDumpKit

/// What the program finds when it starts.
enum ProgramStart {
    /// The name of the program and its arguments. `CommandLine.arguments` is empty where there is no `/proc`, as in some chroots.
    static let arguments: [String] = {
        var count: CInt = 0
        guard let words = unsafe cprocess_arguments(&count) else { return CommandLine.arguments }
        return (0..<Int(count)).compactMap { index in unsafe words[index].map { unsafe String(cString: $0) } }
    }()

    /// Sets how web servers are told who asks.
    static func introduce() {
        let agent = unsafe getenv("DUMPCTL_USER_AGENT").map { unsafe String(cString: $0) } ?? ""
        WebSettings.introduce(as: agent.isEmpty ? Program.userAgent() : agent)
    }

    /// How many files can still be opened; no more than a program needs in any case.
    ///
    /// Where the runtime cannot open its own few, it ends the process with a signal and without a word.
    static func checkDescriptors() {
        var opened: [CInt] = []
        while opened.count < neededDescriptors {
            let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
            if file < 0 { break }
            opened.append(file)
        }
        let error = errno
        for file in opened { close(file) }
        guard opened.count < neededDescriptors, error == EMFILE || error == ENFILE else { return }
        printError(
            "this process may open only \(opened.count) more files, and needs at least \(neededDescriptors)"
                + " (raise the limit of open files: ulimit -n)")
        exit(ExitStatus.failed)
    }

    private static let neededDescriptors = 16

    /// Ends the program where there is no `/proc`, as in some chroots. The thread pool of Swift watches its threads there, and ends
    /// the process with a signal when it cannot, a second after it began to work.
    static func checkThreads() {
        #if os(Linux)
            let file = unsafe open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
            guard file < 0, errno == ENOENT else {
                if file >= 0 { close(file) }
                return
            }
            printError("there is no /proc here, which this program cannot do without (mount -t proc proc /proc)")
            exit(ExitStatus.failed)
        #endif
    }
}
