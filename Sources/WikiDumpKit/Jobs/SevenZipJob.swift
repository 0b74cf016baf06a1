import MWBzUtils
import Synchronization
import SystemPackage

/// Repacks the bzip2 files of another job as 7z files, which are smaller where the history repeats itself.
///
/// The text is decoded here, which verifies its checksums and gives its length. Afterwards the 7z program tests the archive,
/// and the length it reports must match.
struct SevenZipJob: Job {
    let name: String
    let title: String
    var detail: String? = nil
    /// The job whose files are repacked. It must be done first.
    let source: any Job
    /// The names of further jobs that must be done first.
    var after: [String] = []

    var prerequisites: [String] { [source.name] + after }

    func fileNames(prefix: String) -> [String] { source.fileNames(prefix: prefix).map(Self.archiveName) }

    /// One archive for each file that the source job makes or made.
    func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
        source.fileNames(prefix: prefix, known: known, among: found).map(Self.archiveName)
    }

    private static func archiveName(_ name: String) -> String {
        (name.hasSuffix(".bz2") ? String(name.dropLast(4)) : name) + ".7z"
    }

    /// Writes the files one after another, because the program uses all cores. If a single part is asked for, the files of
    /// other parts are only reported as present or missing.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        var report = JobReport(files: [])
        let folder = context.wiki.directories.run(context.date)
        let found = try context.wiki.fileSystem.list(folder)
        let known = try RunMemory(context.wiki, context.date).ranges()
        let inputs = source.fileNames(prefix: context.prefix, known: known, among: found)
        let wanted = try wanted(of: inputs, context.options, prefix: context.prefix)
        for input in inputs {
            let isWanted = wanted.contains(input)
            let mayStay = isWanted ? wanted.count > 1 && !context.options.cleanup && context.options.part == nil : true
            if mayStay, let done = try kept(input, in: folder, context.smallFiles) {
                report.files.append(done)
            } else if isWanted {
                report.files.append(try await pack(input, after: report.files, context))
            } else {
                report.missing.append(Self.archiveName(input))
            }
        }
        return report
    }

    /// The inputs that are asked for.
    /// - Throws: ``DumpError`` with code `usage` if the part does not exist.
    private func wanted(
        of inputs: [String], _ options: RunOptions, prefix: String
    ) throws(DumpError) -> [String] {
        guard let part = options.part else { return inputs }
        let filter = FileFilter(options: options, prefix: prefix)
        let wanted = inputs.filter { filter.includes($0, of: source) }
        if !wanted.isEmpty { return wanted }
        let numbers = Set(inputs.compactMap { DumpFileName(file: $0, prefix: prefix)?.part })
        throw FileFilter.noPart(part, among: numbers.max() ?? 0)
    }

    /// The existing archive, if an earlier process made it from the input that is there now.
    private func kept(
        _ input: String, in folder: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileRecord? {
        let name = Self.archiveName(input)
        guard let archive = try files.fileSystem.status(folder.appending(name)),
            let source = try files.fileSystem.status(folder.appending(input))
        else { return nil }
        let evidence = try FileCertificate.read(of: name, in: folder, files)?.evidence
        if var own = evidence, let known = try FileCertificate.read(of: input, in: folder, files)?.evidence {
            // File times have a resolution of one second, so both may have the same time.
            own.program = known.program
            guard own == known, archive.modified >= source.modified else { return nil }
        } else if archive.modified <= source.modified {
            return nil
        }
        return FileRecord(
            name: name, size: archive.size, isComplete: true,
            hashes: try FileHashes(of: folder.appending(name), on: files.fileSystem),
            evidence: evidence)
    }

    private func pack(
        _ input: String, after done: [FileRecord], _ context: JobContext
    ) async throws(DumpError) -> FileRecord {
        let program = context.wiki.settings.tools.sevenZip
        let fed = Mutex(Fed())
        let commands = context.commands
        let permissions = context.filePermissions
        let known = try FileCertificate.read(
            of: input, in: context.path(input).removingLastComponent(), context.smallFiles)?.evidence
        var archive = CommandFile(context.path(Self.archiveName(input)), on: context.wiki.fileSystem) {
            path async throws(DumpError) in
            let fed = fed.withLock { $0 }
            guard fed.isWhole else { throw DumpError(.outputBad, "\(path) would not hold the whole text") }
            if let size = known?.found.bytes, size != fed.size {
                throw DumpError(
                    .outputBad, "\(input) has \(fed.size) bytes of text, but its certificate says \(size)",
                    remedy: "make the file again")
            }
            try context.wiki.fileSystem.setPermissions(path, permissions)
            try await Self.test(path, holds: fed.size, program, commands)
        }.marked
        archive.companions = ChecksumFiles.companions(of: archive.path)
        let pack = context.watched(Self.pack(input, into: archive.inProgress, program))
        let result = try await commands.write(Invocation(name, pack, files: [archive])) {
            (target) async throws(DumpError) in
            try await Self.read(context.path(input), context) { bytes async throws(DumpError) in
                try await target.write(bytes)
                let size = fed.withLock { fed in
                    fed.size += Int64(bytes.count)
                    return fed.size
                }
                let written = (try? context.wiki.fileSystem.status(archive.inProgress)?.size) ?? 0
                let sum = done.reduce(written) { $0 + ($1.size ?? 0) }
                context.progress(name, JobProgress(bytesIn: size, bytesOut: sum))
            }
            fed.withLock { $0.isWhole = true }
        }
        guard var file = result.files.first else { throw DumpError(.jobFailed, "\(program) made no file") }
        let evidence = evidence(of: fed.withLock { $0.size }, known, context)
        file.evidence = evidence
        if DumpFileName(file: file.name, prefix: context.prefix)?.isPiece == true {
            try context.certify(file, evidence, of: name)
        }
        return file
    }

    /// The evidence for the archive: it holds the same as its source file.
    private func evidence(of size: Int64, _ source: FileEvidence?, _ context: JobContext) -> FileEvidence {
        var evidence = source ?? context.evidence()
        evidence.found.bytes = size
        evidence.program = Program.nameAndVersion
        return evidence
    }

    /// The packing of each file that exists now, or else of those that are expected. The test that follows is not listed.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] {
        let folder = folder(of: wiki, date: date)
        let prefix = "\(wiki.name)-\(date)-"
        let inputs = source.fileNames(
            prefix: prefix, known: try RunMemory(wiki, date).ranges(), among: try wiki.fileSystem.list(folder))
        let filter = FileFilter(options: options, prefix: prefix)
        return inputs.filter { filter.includes($0, of: source) }.map { input in
            Self.pack(
                input, into: CommandFile(folder.appending(Self.archiveName(input))).inProgress,
                wiki.settings.tools.sevenZip)
        }
    }

    private static func pack(_ input: String, into archive: FilePath, _ program: String) -> Command {
        // Without a modification time in it, the archive is the same whenever it is made.
        let member = input.hasSuffix(".bz2") ? String(input.dropLast(4)) : input
        // The program makes missing folders of a path. With a mere name, it cannot make its folder again after another process has
        // taken over the wiki and removed it.
        return Command(
            program,
            ["a", "-t7z", "-mx=4", "-mtm-", "-bd", "-si\(member)", archive.lastComponent?.string ?? archive.string],
            workingDirectory: archive.removingLastComponent())
    }

    /// How much text the program received, and whether that was all of it.
    private struct Fed {
        var size: Int64 = 0
        var isWhole = false
    }

    /// Decodes a file and passes its text on chunk by chunk.
    private static func read(
        _ path: FilePath, _ context: JobContext, _ body: ([UInt8]) async throws(DumpError) -> Void
    ) async throws(DumpError) {
        var failure: DumpError?
        do {
            let dump = try DumpText(path, on: context.wiki.fileSystem.calls)
            try await dump.read(taskCount: context.width) { bytes async throws(BzError) in
                do throws(DumpError) { try await body(bytes) } catch { failure = error }
                return failure == nil
            }
        } catch {
            throw DumpError(
                error.code == .cancelled ? .cancelled : .jobFailed, "cannot read \(path) to its end",
                remedy: "make the file again", cause: error)
        }
        if let failure { throw failure }
    }

    /// Has the program test an archive, and checks the length of its content.
    private static func test(
        _ path: FilePath, holds size: Int64, _ program: String, _ commands: CommandRunner
    ) async throws(DumpError) {
        do throws(CommandFailure) {
            _ = try await commands.run(Invocation("test of \(path)", Command(program, ["t", "-bd", path.string])))
            let list = try await commands.run(
                Invocation(
                    "list of \(path)", Command(program, ["l", "-slt", path.string]),
                    output: .collected(limit: 1 << 20)))
            let lines = String(decoding: list.output, as: UTF8.self).split(whereSeparator: \.isNewline)
            let sizes = lines.filter { $0.hasPrefix("Size = ") }.compactMap { Int64($0.dropFirst(7)) }
            guard sizes == [size] else {
                throw CommandFailure(
                    kind: .outputBad, name: "test of \(path)",
                    message: "the archive holds \(sizes) bytes of text, but \(size) were given to \(program)",
                    outcome: list.outcome, cause: nil)
            }
        } catch {
            throw DumpError(error)
        }
    }
}
