import MWBzUtils
import SystemPackage

/// A command to run once, and what happens to its output.
struct Invocation: Sendable {
    /// The name in logs, such as the name of a job.
    var name: String
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
    /// The file system of the path. Since a program writes the file, it is that of the machine.
    var fileSystem: FileSystem
    /// See ``OutputFile/companions``.
    var companions: [FilePath] = []
    private var mark: String?

    /// Describes a file.
    init(
        _ path: FilePath, permissions: UInt16 = 0o644, on fileSystem: FileSystem = .real,
        check: @escaping @Sendable (FilePath) async throws(DumpError) -> Void = { _ throws(DumpError) in }
    ) {
        self.path = path
        self.permissions = permissions
        self.fileSystem = fileSystem
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
    var inProgress: FilePath { OutputFile.temporary(path, mark: mark, on: fileSystem) }

    /// Checks the file, makes it durable and gives it its final name.
    func commit() async throws(DumpError) -> FileRecord {
        guard let status = try fileSystem.status(inProgress), status.isFile else {
            throw DumpError(.outputBad, "the command did not make \(inProgress)")
        }
        try await check(inProgress)
        let hashes = try FileHashes(of: inProgress, on: fileSystem)
        try attempt("make \(inProgress) durable") { () throws(Errno) in
            let file = try fileSystem.open(inProgress)
            defer { try? file.close() }
            try file.synchronize()
        }
        try fileSystem.removeCompanions(companions, of: path)
        try fileSystem.move(inProgress, to: path)
        return FileRecord(name: path.lastComponent?.string ?? "", size: status.size, isComplete: true, hashes: hashes)
    }
}

/// The open file that a command writes to.
final class InvocationOutput: Sendable {
    private let file: FileDescriptor
    private let limit: Int?

    /// Opens the file. Leftovers of a dead run are removed instead of reused. If a process of that run is still alive, it
    /// keeps writing into a file without a name.
    /// - Parameter pipe: The end of a pipe that replaces the output named by the invocation. It is closed with this object.
    init(_ invocation: Invocation, pipe: FileDescriptor?) throws(DumpError) {
        for file in invocation.allFiles { try file.fileSystem.remove(file.inProgress) }
        if let pipe {
            (file, limit) = (pipe, nil)
            return
        }
        switch invocation.output {
        case .discarded:
            limit = nil
            file = try attempt("write /dev/null") { () throws(Errno) in
                do { return try FileDescriptor.open(FilePath("/dev/null"), .writeOnly, options: [.closeOnExec]) } catch
                {
                    throw Errno(from: error)
                }
            }
        case .file(let target):
            limit = nil
            file = try attempt("write \(target.inProgress)") { () throws(Errno) in
                let file = try SystemFile(target.inProgress, .create(target.permissions))
                do throws(Errno) { try file.setPermissions(target.permissions) } catch {
                    try? file.close()
                    throw error
                }
                // As long as the command writes it, nobody takes it for a leftover.
                try? file.lock(.exclusive)
                return file.descriptor
            }
        case .collected(let limit):
            self.limit = limit
            let folder = FilePath(ProcessEnvironment.value("TMPDIR") ?? "/tmp")
            file = try attempt("make a temporary file in \(folder)") { () throws(Errno) in
                try SystemCalls().openScratch(in: folder).descriptor
            }
        }
    }

    /// A duplicate of the descriptor for a child process.
    func duplicate() throws(DumpError) -> FileDescriptor {
        do { return try file.duplicate() } catch {
            throw DumpError(Errno(from: error), "cannot duplicate a descriptor")
        }
    }

    /// The number of bytes written so far, and whether it exceeds the limit.
    func measure() -> (size: Int64, isTooMuch: Bool) {
        guard let size = try? SystemFile(file).status().size else { return (0, false) }
        return (size, limit.map { size > $0 } ?? false)
    }

    func collected() throws(DumpError) -> [UInt8] {
        guard limit != nil else { return [] }
        return try attempt("read the output of a command") { () throws(Errno) in
            do { try file.seek(offset: 0, from: .start) } catch { throw Errno(from: error) }
            return try SystemFile(file).readAll()
        }
    }

    /// The last lines of the collected output.
    func lastLines() throws(DumpError) -> [String] { LineSplitter.lastLines(of: try collected()) }

    func close() { try? file.close() }
}
