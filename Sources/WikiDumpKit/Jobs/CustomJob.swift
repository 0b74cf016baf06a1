import SystemPackage

/// A job that the operator defines: a command that makes files of the run.
///
/// The command runs without a shell. Its files get their final names after it succeeds; if one is then missing or empty, the
/// job fails.
struct CustomJob: Job {
    let definition: CustomJobDefinition

    init(_ definition: CustomJobDefinition) { self.definition = definition }

    var name: String { definition.name }
    var title: String { definition.title }
    var detail: String? { definition.detail }
    var prerequisites: [String] { definition.after }
    var isPrivate: Bool { definition.isPrivate }

    func fileNames(prefix: String) -> [String] { definition.outputs.map { prefix + $0 } }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let inputs = try definition.inputs.map { name throws(DumpError) in try input(name, context) }
        let writesFiles = definition.namesOutputs
        let files = definition.outputs.map { name in
            var file = CommandFile(
                context.path(context.prefix + name), permissions: context.filePermissions, on: context.wiki.fileSystem
            ) { [permissions = context.filePermissions] path throws(DumpError) in
                guard try context.wiki.fileSystem.status(path)?.size ?? 0 > 0 else {
                    throw DumpError(.outputBad, "the command of job \(definition.name) left \(name) empty")
                }
                try context.wiki.fileSystem.setPermissions(path, permissions)
            }
            file.companions = ChecksumFiles.companions(of: file.path)
            return writesFiles ? file.marked : file
        }
        let scratch = context.wiki.directories.temporary
        try context.wiki.directories.make(scratch, on: context.wiki.fileSystem)
        var command = command(
            for: context.wiki, date: context.date, inputs: inputs, outputs: files.map(\.inProgress))
        if let output = files.first, output.inProgress.removingLastComponent() != output.path.removingLastComponent() {
            // With mere names, a command that outlives this process cannot make the work folder again after another process has
            // taken over the wiki and removed it.
            let names = files.compactMap { $0.inProgress.lastComponent.map { FilePath($0.string) } }
            command = self.command(for: context.wiki, date: context.date, inputs: inputs, outputs: names)
            command.workingDirectory = output.inProgress.removingLastComponent()
        }
        let invocation = Invocation(
            name, command, output: writesFiles ? .discarded : files.first.map { .file($0) } ?? .discarded,
            files: writesFiles ? files : [])
        do throws(CommandFailure) {
            return JobReport(files: try await context.commands.run(invocation).files)
        } catch {
            throw DumpError(error)
        }
    }

    /// The command, with the inputs that exist now.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) -> [Command] {
        let prefix = "\(wiki.name)-\(date)-"
        return [
            command(
                for: wiki, date: date,
                inputs: definition.inputs.map { folder(of: wiki, date: date).appending(prefix + $0) },
                outputs: definition.outputs.map {
                    CommandFile(folder(of: wiki, date: date).appending(prefix + $0)).inProgress
                })
        ]
    }

    private func command(
        for wiki: any Wiki, date: DumpDate, inputs: [FilePath], outputs: [FilePath]
    ) -> Command {
        let words = definition.command.map { argument in
            argument.parts.map { part in
                switch part {
                case .text(let text): text
                case .wiki: wiki.name.description
                case .date: date.description
                case .input(let index): inputs[index].string
                case .output(let index): outputs[index].string
                }
            }.joined()
        }
        return Command(
            words.first ?? "", Array(words.dropFirst()), workingDirectory: wiki.directories.temporary,
            limits: Command.Limits(time: definition.timeLimit.map { .seconds($0) }))
    }

    /// Finds an input file. Only a private job may read the files of private jobs.
    private func input(_ name: String, _ context: JobContext) throws(DumpError) -> FilePath {
        let directories = context.wiki.directories
        let folders = [directories.run(context.date)] + (isPrivate ? [directories.privateRun(context.date)] : [])
        for folder in folders {
            let path = folder.appending(context.prefix + name)
            if try context.wiki.fileSystem.status(path)?.isFile == true { return path }
        }
        throw DumpError(
            .jobFailed, "job \(self.name) needs the file \(context.prefix + name), which does not exist",
            remedy: "put it after the job that makes the file")
    }
}
