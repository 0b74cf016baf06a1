import CLibrary
import CProcess

/// What the program finds when it starts.
enum ProgramStart {
    /// The name of the program and its arguments. `CommandLine.arguments` is empty where there is no `/proc`, as in some chroots.
    static let arguments: [String] = {
        var count: CInt = 0
        guard let words = unsafe cprocess_arguments(&count) else { return CommandLine.arguments }
        return (0..<Int(count)).compactMap { index in unsafe words[index].map { unsafe String(cString: $0) } }
    }()

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
}
