public import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The text of a dump, whatever it is stored as: bzip2, gzip or plain, in a regular file, a pipe or on standard input.
///
/// What it is stored as is told by its first bytes, not by its name.
public struct DumpText: Sendable {
    /// The file; nil for standard input.
    public let path: FilePath?
    private let isRegular: Bool

    /// Names a dump. Opens nothing yet.
    /// - Parameter path: A regular file or a pipe; `-` is standard input.
    /// - Throws: ``BzError`` with code `fileSystem` if there is no such file, or if it is a directory.
    public init(_ path: FilePath) throws(BzError) {
        guard path != "-" else {
            self = Self.standardInput
            return
        }
        var record = stat()
        guard unsafe path.withPlatformString({ unsafe stat($0, &record) }) == 0 else {
            throw BzError(.fileSystem, "cannot be opened", file: path, cause: Errno(rawValue: errno))
        }
        guard record.st_mode & S_IFMT != S_IFDIR else {
            throw BzError(.fileSystem, "is a directory", remedy: "name a file", file: path)
        }
        self.init(path: path, isRegular: record.st_mode & S_IFMT == S_IFREG)
    }

    private init(path: FilePath?, isRegular: Bool) {
        self.path = path
        self.isRegular = isRegular
    }

    /// The standard input of the process. It can be read only once.
    public static var standardInput: DumpText { DumpText(path: nil, isRegular: false) }

    /// What messages call it.
    public var name: FilePath { path ?? "standard input" }

    /// Reads the text from its beginning.
    ///
    /// Blocks of bzip2 data are proven by their checksums before they are given out. Of gzip data, what came right before an
    /// error may be wrong. Waiting for a pipe of gzip data or text blocks the calling thread.
    /// - Parameters:
    ///   - taskCount: How many blocks of bzip2 data are decoded at once.
    ///   - body: Gets the text in pieces of any size, in order; says false when it needs no more.
    /// - Returns: what the text was stored as.
    /// - Throws: ``BzError`` that names the file, after all that stands before the first thing that is wrong was given
    ///   out; with code `cancelled` if the task was cancelled; or what `body` throws.
    @discardableResult
    public func read(taskCount: Int, _ body: ([UInt8]) async throws(BzError) -> Bool) async throws(BzError)
        -> DumpFormat
    {
        let file = if let path { try FileBytes(path) } else { try FileBytes.standardInput() }
        let start: PrefixedBytes<FileBytes>
        do { start = try PrefixedBytes(file, count: DumpFormat.magicSize) } catch { throw error.naming(name) }
        let format = DumpFormat(beginning: start.start)
        switch format {
        case .bzip2:
            if isRegular, let path {
                try await readBlocks(BzBlockReader(path, taskCount: taskCount), body)
            } else {
                try await readBlocks(BzBlockReader(start, named: name, taskCount: taskCount), body)
            }
        case .gzip:
            var decoder = GzipDecoder(start)
            try await read(&decoder, body)
        case .plain:
            var plain = start
            try await read(&plain, body)
        }
        return format
    }

    private func read<Source: ByteStream & ~Copyable>(
        _ source: inout Source, _ body: ([UInt8]) async throws(BzError) -> Bool
    ) async throws(BzError) {
        while true {
            if Task.isCancelled { throw BzError(.cancelled, "the reading was stopped", file: name) }
            let chunk: [UInt8]?
            do { chunk = try source.next() } catch { throw error.naming(name) }
            guard let chunk, try await body(chunk) else { return }
        }
    }

    private func readBlocks(
        _ reader: BzBlockReader, _ body: ([UInt8]) async throws(BzError) -> Bool
    ) async throws(BzError) {
        var hadEnough = false
        do {
            _ = try await reader.read { block throws(BzError) in
                guard try await !body(block.bytes) else { return }
                hadEnough = true
                throw BzError(.cancelled, "enough was read")
            }
        } catch {
            if !hadEnough { throw error }
        }
    }
}
