import MWBzUtils
import SystemPackage

/// Joins the pieces that another job wrote, into the files that there would be without pieces.
///
/// Nothing is compressed again: gzip members and whole bzip2 streams are copied, and the bits of single streams are shifted.
/// Only the index of a multistream file is rewritten, because its offsets change.
struct RecombineJob: Job {
    let name: String
    let title: String
    var detail: String? = nil
    /// The job that writes the pieces. It must be done first.
    let source: any Job
    /// The files that are made from the pieces.
    let files: [ExportFile]

    var prerequisites: [String] { [source.name] }

    /// The names of the whole files, each followed by its index.
    func fileNames(prefix: String) -> [String] {
        files.flatMap(\.names).map { prefix + $0 }
    }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let folder = context.wiki.directories.run(context.date)
        let known = try RunMemory(context.wiki, context.date).ranges()
        var names = source.fileNames(prefix: context.prefix, known: known, among: nil)
        if names.isEmpty {
            names = source.fileNames(
                prefix: context.prefix, known: known, among: try context.wiki.fileSystem.list(folder))
        }
        var report = JobReport(files: [])
        for file in files {
            let pieces = try pieces(of: file.name, among: names, folder, context)
            let target = try context.create(file.name)
            defer { target.discard() }
            switch file.compression {
            case .gzip: _ = try await Self.copyMembers(pieces, to: target, context) { progress($0, context) }
            case .bzip: try await moveBits(pieces, to: target, context)
            case .multistream(let index):
                let shifts = try await Self.copyMembers(pieces, to: target, context) { progress($0, context) }
                let indexes = try self.pieces(of: index, among: names, folder, context)
                let indexTarget = try context.create(index)
                defer { indexTarget.discard() }
                try await IndexJoiner(indexes, shifts: shifts).join(to: indexTarget, context)
                try target.seal()
                try indexTarget.seal()
                report.files.append(try target.commit(try evidence(of: pieces, context)))
                report.files.append(try indexTarget.commit(try evidence(of: indexes, context)))
                continue
            }
            report.files.append(try target.commit(try evidence(of: pieces, context)))
        }
        return report
    }

    private func progress(_ size: Int64, _ context: JobContext) {
        context.progress(name, JobProgress(bytesIn: size, bytesOut: size))
    }

    /// The pieces of a file, in order. All must exist and be unchanged since they were written.
    private func pieces(
        of whole: String, among names: [String], _ folder: FilePath, _ context: JobContext
    ) throws(DumpError) -> [FilePath] {
        var pieces = names.compactMap { name -> (name: String, parsed: DumpFileName)? in
            guard let parsed = DumpFileName(file: name, prefix: context.prefix), parsed.isPiece,
                parsed.whole.description == whole
            else { return nil }
            return (name, parsed)
        }
        pieces.sort { $0.parsed.order < $1.parsed.order }
        try check(pieces.map(\.parsed), of: whole)
        var paths: [FilePath] = []
        for (name, _) in pieces {
            let path = folder.appending(name)
            guard try context.wiki.fileSystem.status(path)?.isFile == true else {
                throw failed("\(name) is not there", "make it with \(RequestedValue.jobs.set(to: source.name))")
            }
            // A piece may have been damaged since it was checked; that must not get into the whole file.
            var known = try FileCertificate.read(of: name, in: folder, context.smallFiles)?.hashes
            if known == nil { known = try ChecksumFiles.read(of: name, in: folder, context.smallFiles) }
            if let known, try FileHashes(of: path, on: context.wiki.fileSystem) != known {
                throw DumpError(
                    .outputBad, "\(name) has changed since its hashes were written",
                    remedy: "make it again with \(RequestedValue.jobs.set(to: source.name)) "
                        + RequestedValue.checkpoint.set(to: name))
            }
            paths.append(path)
        }
        return paths
    }

    /// The combined evidence from the certificates of all pieces.
    private func evidence(of pieces: [FilePath], _ context: JobContext) throws(DumpError) -> FileEvidence? {
        var sum: FileEvidence?
        for piece in pieces {
            let name = piece.lastComponent?.string ?? ""
            guard
                let known = try FileCertificate.read(
                    of: name, in: piece.removingLastComponent(), context.smallFiles)?.evidence
            else {
                return nil
            }
            guard var all = sum else {
                sum = known
                continue
            }
            all.expected = all.expected.flatMap { expected in known.expected.map { expected + $0 } }
            all.found = all.found + known.found
            all.problems.add(known.problems)
            // The pieces of an interrupted run come from more than one snapshot. The whole gets the earliest snapshot time.
            if let time = known.snapshotTime, let first = all.snapshotTime, time.seconds < first.seconds {
                all.snapshotTime = time
            }
            sum = all
        }
        // Each piece has its own header and footer, so the sum of bytes says nothing about the whole.
        if pieces.count > 1 {
            sum?.found.bytes = nil
            sum?.expected?.bytes = nil
        }
        return sum
    }

    /// Checks that the pieces leave no gap.
    private func check(_ pieces: [DumpFileName], of whole: String) throws(DumpError) {
        let remedy = "do job \(source.name) again with \(RequestedValue.cleanup)"
        if pieces.isEmpty { throw failed("there are no pieces of \(whole)", remedy) }
        var (part, next) = (1, Int64(1))
        for piece in pieces {
            if let number = piece.part {
                guard number == part || piece.pages != nil && number >= part else {
                    throw failed("part \(part) of \(whole) is missing", remedy)
                }
                part = piece.pages == nil ? number + 1 : number
            }
            guard let pages = piece.pages else { continue }
            guard pages.lowerBound == next else {
                throw failed("the pieces of \(whole) have a gap or overlap at page \(next): \(piece) follows", remedy)
            }
            next = pages.upperBound == .max ? .max : pages.upperBound + 1
        }
    }

    private func failed(_ message: String, _ remedy: String) -> DumpError {
        DumpError(.jobFailed, "job \(name): \(message)", remedy: remedy)
    }

    /// - Returns: By how much the offsets in each piece shift.
    private static func copyMembers(
        _ pieces: [FilePath], to target: OutputFile, _ context: JobContext, progress: (Int64) -> Void
    ) async throws(DumpError) -> [Int64] {
        var shifts: [Int64] = []
        try await target.take { sink throws(BzError) in
            let joiner = try MemberJoiner(pieces, on: context.wiki.fileSystem.calls)
            shifts = joiner.shifts
            try joiner.join(progress: progress, to: sink)
        }
        return shifts
    }

    private func moveBits(_ pieces: [FilePath], to target: OutputFile, _ context: JobContext) async throws(DumpError) {
        try await target.take { sink throws(BzError) in
            try await BzStreamJoiner(pieces, on: context.wiki.fileSystem.calls).join(taskCount: context.width) {
                bytes throws(BzError) in
                try sink(bytes)
                progress(target.size, context)
            }
        }
    }
}

extension OutputFile {
    /// Lets `body` write compressed data through a sink that throws `BzError`.
    func take(
        _ body: (@escaping ([UInt8]) throws(BzError) -> Void) async throws(BzError) -> Void
    ) async throws(DumpError) {
        let failure = Failure()
        do throws(BzError) {
            try await body { bytes throws(BzError) in
                do throws(DumpError) { try self.write(bytes) } catch {
                    failure.error = error
                    throw BzError(.fileSystem, "cannot be written", file: self.path)
                }
            }
        } catch {
            if let failure = failure.error { throw failure }
            throw DumpError(
                error.code == .cancelled ? .cancelled : .jobFailed, "cannot put \(path) together",
                remedy: "make the named piece again", cause: error)
        }
    }

    private final class Failure { var error: DumpError? }
}

/// Joins the indexes of multistream files whose streams were joined. Each line gets the new offset of its stream.
struct IndexJoiner {
    private static let level = 9
    /// More than the longest line can have. A title has at most 255 bytes, each at most six as an entity.
    private static let longestLine = 1 << 16
    private let indexes: [FilePath]
    private let shifts: [Int64]

    /// - Parameter shifts: By how much the streams of each file shifted.
    init(_ indexes: [FilePath], shifts: [Int64]) {
        self.indexes = indexes
        self.shifts = shifts
    }

    /// Writes the index as one bzip2 stream.
    func join(to target: OutputFile, _ context: JobContext) async throws(DumpError) {
        try await target.take { sink throws(BzError) in
            var cutter = BzBlockCutter(level: Self.level)
            var assembler = BzStreamAssembler(level: Self.level)
            func compress(_ pieces: [[UInt8]]) throws(BzError) {
                for piece in pieces { try sink(assembler.append(try BzBlock.encode(piece, level: Self.level))) }
            }
            for (path, shift) in zip(indexes, shifts) {
                var rest: [UInt8] = []
                let index = try DumpText(path, on: context.wiki.fileSystem.calls)
                try await index.read(taskCount: context.width) { text throws(BzError) in
                    rest += text
                    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
                        // Without a line end, the whole file would be held, and searched again with each piece.
                        if rest.count - text.count > Self.longestLine { throw Self.damaged(path) }
                        return true
                    }
                    let lines = try Self.moved(rest[...end], by: shift, in: path)
                    rest.removeSubrange(...end)
                    try compress(cutter.append(lines))
                    return true
                }
                guard rest.isEmpty else { throw Self.damaged(path) }
            }
            if let last = cutter.flush() { try compress([last]) }
            try sink(assembler.finish())
        }
    }

    /// Whole lines with shifted offsets.
    static func moved(_ lines: ArraySlice<UInt8>, by shift: Int64, in path: FilePath) throws(BzError) -> [UInt8] {
        if shift == 0 { return Array(lines) }
        var moved: [UInt8] = []
        moved.reserveCapacity(lines.count + lines.count / 8)
        var rest = lines
        while !rest.isEmpty {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let offset = Int64(String(decoding: rest[..<colon], as: UTF8.self)),
                case let (sum, isTooBig) = offset.addingReportingOverflow(shift), !isTooBig,
                let end = rest[colon...].firstIndex(of: UInt8(ascii: "\n"))
            else { throw damaged(path) }
            moved += "\(sum)".utf8
            moved += rest[colon...end]
            rest = rest[(end + 1)...]
        }
        return moved
    }

    private static func damaged(_ path: FilePath) -> BzError {
        BzError(.damaged, "has a line that does not begin with a byte offset", remedy: "make it again", file: path)
    }
}
