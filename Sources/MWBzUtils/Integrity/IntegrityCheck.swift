public import SystemPackage

/// Tells whether a bzip2 file is whole and sound, and if not, what is wrong where and how much of it is good.
public struct IntegrityCheck: Sendable {
    private let file: RandomAccessFile
    private let content: IntegrityReport.Content

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        file = try RandomAccessFile(path)
        self.content = content
    }

    // MARK: Full

    /// Looks at every block of every stream and at all pages.
    /// - Parameter taskCount: How many blocks are decoded at once.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked. What is wrong with the
    ///   file is not thrown but reported.
    public func full(taskCount: Int) async throws(BzError) -> IntegrityReport {
        var tail = Tail()
        do throws(BzError) {
            tail.summary = try await BzBlockReader(file, taskCount: taskCount).read { block in
                tail.pages.add(block.bytes)
                tail.summary.streamCount = block.stream
                tail.summary.blockCount += 1
                tail.summary.uncompressedSize += Int64(block.bytes.count)
                tail.soundBitCount = block.bitOffset + Int64(block.bitCount)
            }
            tail.soundBitCount = tail.summary.endOffset * 8
        } catch {
            guard error.isAboutData else { throw error }
            tail.problem = error
        }
        return try report(.full, tail)
    }

    // MARK: Quick

    /// How much of the end of a file is looked at: the longest block, and what may follow it.
    private static let tailSize: Int64 = 1_200_000
    /// How many of the last blocks are looked at if the last says too little.
    private static let tailBlocks = 4

    /// Looks at the start of the file, at the last blocks, and at the end of the last stream.
    ///
    /// Takes some milliseconds whatever the size of the file. Damage in the middle is not seen, and the checksum of the
    /// last stream is compared only if all of its blocks were looked at.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked. What is wrong with the
    ///   file is not thrown but reported.
    public func quick() throws(BzError) -> IntegrityReport {
        let size = try file.size()
        var tail = Tail()
        do throws(BzError) {
            var start = StreamChain(file)
            _ = try start.next()
        } catch {
            guard error.isAboutData else { throw error }
            tail.problem = error
            return try report(.quick, tail)
        }
        tail.problem = BzError(
            .damaged, "no block begins near the end", remedy: "check the whole file", file: file.path,
            bitOffset: max(0, size - Self.tailSize) * 8)
        let decoder = BzFastDecoder()
        for begin in try lastBegins(size) {
            tail = try walk(begin, decoder)
            // A mark may stand inside a block, and the last block may hold only a part of the closing tag: then an earlier
            // beginning tells more.
            let tellsEnough =
                tail.problem == nil ? content == .anything || tail.pages.isComplete : tail.summary.blockCount > 0
            if tellsEnough { break }
        }
        return try report(.quick, tail)
    }

    /// Places from which to walk to the end, the last one first.
    private func lastBegins(_ size: Int64) throws(BzError) -> [StreamChain] {
        guard size > Self.tailSize else { return [StreamChain(file)] }
        let offset = size - Self.tailSize
        var scanner = BzMarkScanner(startingAt: offset)
        let marks = scanner.scan(try file.read(at: offset, count: Int(Self.tailSize))) + scanner.finish()
        return marks.filter { $0.kind == .block }.suffix(Self.tailBlocks).reversed().map {
            StreamChain(file, at: $0.bitOffset)
        }
    }

    private func walk(_ begin: StreamChain, _ decoder: BzFastDecoder) throws(BzError) -> Tail {
        var chain = begin
        var tail = Tail()
        do throws(BzError) {
            while case .block(let bitOffset, let level) = try chain.next() {
                let block = try file.decodeBlock(at: bitOffset, level: level, with: decoder)
                tail.pages.add(block.content())
                chain.pass(block)
                tail.summary = chain.summary
                tail.soundBitCount = chain.bitOffset
            }
            tail.summary = chain.summary
            tail.soundBitCount = chain.summary.endOffset * 8
        } catch {
            guard error.isAboutData else { throw error }
            tail.problem = error
        }
        return tail
    }

    // MARK: Report

    /// What was seen from some place to the end of the file, or to the first thing that is wrong.
    private struct Tail {
        var pages = ExportCheck()
        var summary = BzFileSummary()
        var soundBitCount: Int64 = 0
        var problem: BzError?
    }

    private func report(_ depth: IntegrityReport.Depth, _ tail: Tail) throws(BzError) -> IntegrityReport {
        var report = IntegrityReport(path: file.path, size: try file.size(), depth: depth)
        report.summary = tail.summary
        report.soundBitCount = tail.soundBitCount
        if let problem = tail.problem { report.problems.append(problem) }
        if content == .export {
            report.lastCompletePage = tail.pages.lastCompletePage
            if tail.problem == nil, let problem = tail.pages.problem(at: tail.soundBitCount) {
                report.problems.append(problem.naming(file.path))
            }
        }
        if tail.summary.trailingByteCount > 0 {
            report.problems.append(
                BzError(
                    .damaged, "\(tail.summary.trailingByteCount) bytes that belong to no stream",
                    remedy: "cut them off, or fetch the file again", file: file.path,
                    bitOffset: tail.summary.endOffset * 8))
        }
        return report
    }
}
