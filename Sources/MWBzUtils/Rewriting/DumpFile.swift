public import SystemPackage

/// A new file with the text of a dump: bzip2, gzip or plain.
///
/// It gets its name only in ``finish()``, which replaces any file that has the name.
public final class DumpFile: DumpOutput {
    private static let level = 9
    private var file: ReplacingFile
    private var encoder: Encoder
    private let taskCount: Int

    private enum Encoder {
        case plain
        case gzip(GzipMemberEncoder)
        case bzip2(BzBlockCutter, BzStreamAssembler, waiting: [[UInt8]])
    }

    /// Begins a file.
    /// - Parameters:
    ///   - path: Where it will be.
    ///   - format: How the text is stored; nil stands for what the name says (``DumpFormat/init(fileName:)``).
    ///   - taskCount: How many blocks are compressed at once, for bzip2.
    ///   - existing: What to do if a file already has the name.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, or `library`.
    public convenience init(
        _ path: FilePath, as format: DumpFormat? = nil, taskCount: Int = 1,
        existing: ReplacingFile.Existing = .replace
    ) throws(BzError) {
        try self.init(path, as: format, taskCount: taskCount, existing: existing, on: SystemCalls())
    }

    /// Begins a file of a file system.
    package init(
        _ path: FilePath, as format: DumpFormat? = nil, taskCount: Int = 1,
        existing: ReplacingFile.Existing = .replace, on calls: any FileCalls
    ) throws(BzError) {
        encoder =
            switch format ?? DumpFormat(fileName: path) {
            case .plain: .plain
            case .gzip: .gzip(try GzipMemberEncoder())
            case .bzip2: .bzip2(BzBlockCutter(level: Self.level), BzStreamAssembler(level: Self.level), waiting: [])
            }
        file = try ReplacingFile(path, existing: existing, calls: calls)
        self.taskCount = max(1, taskCount)
    }

    /// Takes the next bytes of the text.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, or `library`.
    public func append(_ text: [UInt8]) async throws(BzError) {
        switch encoder {
        case .plain: try file.append(text)
        case .gzip(let member): try file.append(try member.append(text))
        case .bzip2(var cutter, let assembler, var waiting):
            encoder = .plain
            waiting += cutter.append(text)
            encoder = .bzip2(cutter, assembler, waiting: waiting)
            // A piece that contains only zeros can be 46 MB long.
            let isMuch = waiting.reduce(0) { $0 + $1.count } > 24 << 20
            if isMuch || waiting.count >= 2 * taskCount { try await compressWaiting() }
        }
    }

    /// Ends the file, makes it durable and gives it its name.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, or `library`. There is no new file then.
    public func finish() async throws(BzError) {
        switch encoder {
        case .plain: break
        case .gzip(let member): try file.append(try member.finish())
        case .bzip2(var cutter, let assembler, var waiting):
            if let rest = cutter.flush() { waiting.append(rest) }
            encoder = .bzip2(cutter, assembler, waiting: waiting)
            try await compressWaiting()
            if case .bzip2(_, var assembler, _) = encoder { try file.append(assembler.finish()) }
        }
        try file.commit()
    }

    private func compressWaiting() async throws(BzError) {
        guard case .bzip2(let cutter, var assembler, let waiting) = encoder else { return }
        let results = await withTaskGroup(of: (Int, Result<[BzBlock], BzError>).self) { group in
            for (number, piece) in waiting.enumerated() {
                group.addTask {
                    let encode = { () throws(BzError) in try BzBlock.encode(piece, level: Self.level) }
                    return (number, Result(catching: encode))
                }
            }
            var results: [Int: Result<[BzBlock], BzError>] = [:]
            for await (number, result) in group { results[number] = result }
            return waiting.indices.compactMap { results[$0] }
        }
        for result in results { try file.append(assembler.append(try result.get())) }
        encoder = .bzip2(cutter, assembler, waiting: [])
    }
}
