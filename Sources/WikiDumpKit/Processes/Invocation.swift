import MWBzUtils
import SystemPackage

/// A command to run once, and what happens to its output.
struct Invocation: Sendable {
    /// The name in logs, such as the name of a job.
    var name: String
    /// The command.
    var command: Command
    /// Where its standard output goes.
    var output: Output
    /// Files that the command writes itself, each under its temporary name (``CommandFile/inProgress``).
    var files: [CommandFile]

    /// Makes an invocation.
    init(_ name: String, _ command: Command, output: Output = .discarded, files: [CommandFile] = []) {
        self.name = name
        self.command = command
        self.output = output
        self.files = files
    }

    /// Where the standard output of a command goes.
    enum Output: Sendable {
        /// Nowhere.
        case discarded
        /// Into a file, which gets its final name if everything succeeds.
        case file(CommandFile)
        /// Into memory. A command that writes more than `limit` bytes is stopped and fails.
        case collected(limit: Int)
    }

    /// All files that get their final names if the command succeeds.
    var allFiles: [CommandFile] {
        if case .file(let file) = output { [file] + files } else { files }
    }
}

/// A file that a command makes.
struct CommandFile: Sendable {
    /// The final path.
    var path: FilePath
    /// The permission bits, if we create the file.
    var permissions: UInt16
    /// Checks the complete file before it gets its final name. Throws to prevent that.
    var check: @Sendable (FilePath) async throws(DumpError) -> Void
    private var mark: String?

    /// Describes a file.
    init(
        _ path: FilePath, permissions: UInt16 = 0o644,
        check: @escaping @Sendable (FilePath) async throws(DumpError) -> Void = { _ throws(DumpError) in }
    ) {
        self.path = path
        self.permissions = permissions
        self.check = check
    }

    /// The same file with a unique temporary name.
    ///
    /// This is for a command that opens the file by name. Such a command may survive the process that started it, and then
    /// must not write into the file of the next command.
    var marked: CommandFile {
        var file = self
        file.mark = String(UInt64.random(in: .min ... .max), radix: 36)
        return file
    }

    /// The temporary path until the file is complete.
    var inProgress: FilePath {
        FilePath(path.string + (mark.map { "." + $0 } ?? "") + OutputFile.suffix)
    }

    /// Checks the file, makes it durable and gives it its final name.
    func commit() async throws(DumpError) -> FileRecord {
        guard let status = try FileSystem.real.status(inProgress), status.isFile else {
            throw DumpError(.outputBad, "the command did not make \(inProgress)")
        }
        try await check(inProgress)
        let hashes = try FileHashes(of: inProgress)
        do throws(Errno) {
            let file = try FileSystem.real.open(inProgress)
            defer { try? file.close() }
            try file.makeDurable()
        } catch {
            throw DumpError(error, "cannot make \(inProgress) durable")
        }
        try FileSystem.real.move(inProgress, to: path)
        return FileRecord(name: path.lastComponent?.string ?? "", size: status.size, isComplete: true, hashes: hashes)
    }
}
