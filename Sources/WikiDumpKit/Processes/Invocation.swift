import SystemPackage

/// A command to run once, and what becomes of what it writes.
struct Invocation: Sendable {
    /// What a log calls it, such as the name of a job.
    var name: String
    /// The command.
    var command: Command
    /// Where its standard output goes.
    var output: Output
    /// Files that the command writes itself, each under its name in progress (``CommandFile/inProgress``).
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
        /// Into a file, which gets its name when all went well.
        case file(CommandFile)
        /// Into memory. A command that writes more than `limit` bytes is stopped, and fails.
        case collected(limit: Int)
    }

    /// All files that stand under their names once the command did well.
    var allFiles: [CommandFile] {
        if case .file(let file) = output { [file] + files } else { files }
    }
}

/// A file that a command makes.
struct CommandFile: Sendable {
    /// Where it will stand.
    var path: FilePath
    /// The permission bits of the file, if we make it.
    var permissions: UInt16
    /// Looks at the complete file before it gets its name, and throws if it must not.
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

    /// The same file with a name in progress that no other has.
    ///
    /// For a command that opens the file by its name: it goes on when the process that started it is killed, and must not
    /// write into the file that the next one makes.
    var marked: CommandFile {
        var file = self
        file.mark = String(UInt64.random(in: .min ... .max), radix: 36)
        return file
    }

    /// Where it stands until it is complete.
    var inProgress: FilePath {
        FilePath(path.string + (mark.map { "." + $0 } ?? "") + OutputFile.suffix)
    }

    /// Checks the file, makes it durable and gives it its name.
    func commit() async throws(DumpError) -> FileRecord {
        guard let status = try FileSystem.status(inProgress), status.isFile else {
            throw DumpError(.outputBad, "the command did not make \(inProgress)")
        }
        try await check(inProgress)
        let hashes = try FileHashes(of: inProgress)
        do throws(Errno) {
            let descriptor = try FileSystem.open(inProgress, .readOnly)
            defer { try? descriptor.close() }
            try FileSystem.synchronize(descriptor)
        } catch {
            throw DumpError(error, "cannot make \(inProgress) durable")
        }
        try FileSystem.move(inProgress, to: path)
        return FileRecord(name: path.lastComponent?.string ?? "", size: status.size, isComplete: true, hashes: hashes)
    }
}
