public import SystemPackage

/// Commands that run at once, each reading what the one before writes.
///
/// The pipes are the kernel's: the data never passes through this process.
public struct Pipeline: Sendable {
    /// What a log calls it, such as the name of a job.
    public var name: String
    /// The commands, from producer to consumer; at least one.
    public var commands: [Command]
    /// What the first command reads.
    public var input: Input
    /// Where the last command's output goes.
    public var output: Output
    /// Files that the commands write themselves, each under its name in progress (``PipelineFile/inProgress``).
    public var files: [PipelineFile]

    /// Makes a pipeline.
    public init(
        _ name: String, _ commands: [Command], input: Input = .nothing, output: Output = .discarded,
        files: [PipelineFile] = []
    ) {
        self.name = name
        self.commands = commands
        self.input = input
        self.output = output
        self.files = files
    }

    /// What a first command reads from its standard input.
    public enum Input: Sendable {
        /// Nothing: the end of the input at once.
        case nothing
        /// A file.
        case file(FilePath)
        /// A text of at most 4096 bytes that goes through a pipe and is never seen elsewhere. For programs that can
        /// read passwords from `/dev/stdin`.
        case secret(Secret)
        /// An open descriptor, closed by the runner.
        case descriptor(FileDescriptor)
    }

    /// Where the output of a last command goes.
    public enum Output: Sendable {
        /// Nowhere.
        case discarded
        /// Into a file, which gets its name when all went well.
        case file(PipelineFile)
        /// Into memory. A command that writes more than `limit` bytes is stopped, and the pipeline fails.
        case collected(limit: Int)
        /// An open descriptor, closed by the runner when all commands have ended.
        case descriptor(FileDescriptor)
    }

    /// Closes the descriptors that were given away, when the pipeline cannot begin.
    func closeDescriptors() {
        if case .descriptor(let descriptor) = input { try? descriptor.close() }
        if case .descriptor(let descriptor) = output { try? descriptor.close() }
    }

    /// All files that stand under their names once the pipeline did well.
    var allFiles: [PipelineFile] {
        if case .file(let file) = output { [file] + files } else { files }
    }
}

/// A file that a pipeline makes.
public struct PipelineFile: Sendable {
    /// Where it will stand.
    public var path: FilePath
    /// The permission bits of the file, if we make it.
    public var permissions: UInt16
    /// Looks at the complete file before it gets its name, and throws if it must not.
    public var check: @Sendable (FilePath) async throws(DumpError) -> Void
    private var mark: String?

    /// Describes a file.
    public init(
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
    public var marked: PipelineFile {
        var file = self
        file.mark = String(UInt64.random(in: .min ... .max), radix: 36)
        return file
    }

    /// Where it stands until it is complete.
    public var inProgress: FilePath {
        FilePath(path.string + (mark.map { "." + $0 } ?? "") + OutputFile.suffix)
    }
}
