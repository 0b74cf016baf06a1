public import SystemPackage

/// The text of a dump, stored as bzip2, gzip or plain text, in a regular file, a pipe or on standard input; or the text of
/// several files as one, from ``DumpSet/text``.
///
/// How it is stored is detected from its first bytes, not from its name.
public struct DumpText: Sendable {
    /// Reads another kind of text. It works as ``read(taskCount:_:)`` does.
    package typealias Reader =
        @Sendable (_ taskCount: Int, _ body: ([UInt8]) async throws(BzError) -> Bool) async throws(BzError) -> Reading

    /// The file; nil for standard input.
    public let path: FilePath?
    private let isRegular: Bool
    private let calls: any FileCalls
    private var reader: Reader?

    /// The result of reading a text.
    public struct Reading: Sendable, Hashable {
        /// What the text was stored as.
        public let format: DumpFormat
        /// The offset in the file of bytes that belong to no stream; nil if there are none, or if the text was not read to
        /// its end.
        public let trailingOffset: Int64?
    }

    /// Names a dump. Opens nothing yet.
    /// - Parameter path: A regular file or a pipe; `-` is standard input.
    /// - Throws: ``BzError`` with code `fileSystem` if there is no such file, or if it is a directory.
    public init(_ path: FilePath) throws(BzError) { try self.init(path, on: WebCalls.of(path)) }

    /// Names a dump on a file system. Opens nothing yet.
    package init(_ path: FilePath, on calls: any FileCalls) throws(BzError) {
        guard path != "-" else {
            self = Self.standardInput
            return
        }
        let status: FileStatus
        do throws(Errno) { status = try calls.status(of: path, followsLink: true) } catch {
            throw calls.explain(BzError(.fileSystem, "cannot be opened", file: path, cause: error))
        }
        guard !status.isDirectory else {
            throw BzError(.fileSystem, "is a directory", remedy: "name a file", file: path)
        }
        self.init(path: path, isRegular: status.isFile, calls: calls)
    }

    private init(path: FilePath?, isRegular: Bool, calls: any FileCalls) {
        self.path = path
        self.isRegular = isRegular
        self.calls = calls
    }

    /// A text that something else reads.
    /// - Parameter name: What messages call it.
    package init(named name: FilePath, _ reader: @escaping Reader) {
        self.init(path: name, isRegular: false, calls: SystemCalls())
        self.reader = reader
    }

    /// The standard input of the process. It can be read only once.
    public static var standardInput: DumpText { DumpText(path: nil, isRegular: false, calls: SystemCalls()) }

    /// What messages call it.
    public var name: FilePath { path ?? "standard input" }

    /// Reads the text from its beginning.
    ///
    /// Blocks of bzip2 data are verified by their checksums before they are passed on. Gzip data may be wrong right before an
    /// error. Waiting for a pipe of gzip data or text blocks the calling thread.
    /// - Parameters:
    ///   - taskCount: How many blocks of bzip2 data are decoded at once.
    ///   - body: Receives the text in pieces of any size, in order. It returns false to stop.
    /// - Returns: how the text was stored, and what follows it.
    /// - Throws: ``BzError`` that names the file, after everything before the first problem has been passed on; with code
    ///   `wrongFormat` if the file holds something that is no dump, such as a page of HTML or an xz file; `truncated` if it
    ///   is empty; `cancelled` if the task was cancelled; or what `body` throws.
    @discardableResult
    public func read(taskCount: Int, _ body: ([UInt8]) async throws(BzError) -> Bool) async throws(BzError)
        -> Reading
    {
        if let reader { return try await reader(taskCount, body) }
        let file = if let path { try FileBytes(path, on: calls) } else { try FileBytes.standardInput() }
        let start: PrefixedBytes<FileBytes>
        do { start = try PrefixedBytes(file, count: ForeignData.startSize) } catch { throw error.naming(name) }
        let format = DumpFormat(beginning: start.start)
        var trailingOffset: Int64?
        switch format {
        case .bzip2:
            let reader =
                if isRegular, let path {
                    BzBlockReader(try RandomAccessFile(path, on: calls), taskCount: taskCount)
                } else {
                    BzBlockReader(start, named: name, taskCount: taskCount)
                }
            if let summary = try await readBlocks(reader, body), summary.trailingByteCount > 0 {
                trailingOffset = summary.endOffset
            }
        case .gzip:
            var decoder = GzipDecoder(start)
            try await read(&decoder, body)
            trailingOffset = decoder.trailingOffset
        case .plain:
            if let problem = ForeignData.problem(with: start.start) { throw problem.naming(name) }
            var plain = start
            try await read(&plain, body)
        }
        return Reading(format: format, trailingOffset: trailingOffset)
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

    /// - Returns: nil if `body` had enough.
    private func readBlocks(
        _ reader: BzBlockReader, _ body: ([UInt8]) async throws(BzError) -> Bool
    ) async throws(BzError) -> BzFileSummary? {
        var hadEnough = false
        do {
            return try await reader.readText { text throws(BzError) in
                guard try await !body(text) else { return }
                hadEnough = true
                throw BzError(.cancelled, "enough was read")
            }
        } catch {
            if !hadEnough { throw error }
            return nil
        }
    }
}

/// How the text of a dump is stored.
public enum DumpFormat: String, Sendable, Hashable, CaseIterable {
    /// bzip2 streams.
    case bzip2
    /// gzip members.
    case gzip
    /// Uncompressed.
    case plain

    /// How many bytes are enough to detect the format.
    static let magicSize = 4

    /// Detects the format from the first bytes of the data: `BZh` and a digit, the two magic bytes of gzip, or anything else.
    public init(beginning bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(Self.magicSize))
        if case .part = BzStreamDecoder.beginning(start) {
            self = .bzip2
        } else if case .part = GzipMemberDecoder.beginning(Array(start.prefix(GzipMemberDecoder.magicSize))) {
            self = .gzip
        } else {
            self = .plain
        }
    }

    /// Takes the format from the ending of a name: `.bz2`, `.gz` or another one. One more ending may follow, as in
    /// `pages.xml.bz2.tmp`.
    public init(fileName path: FilePath) {
        let parts = (path.lastComponent?.string ?? "").split(separator: ".").dropFirst().suffix(2)
        self =
            parts.last == "bz2"
            ? .bzip2
            : parts.last == "gz"
                ? .gzip
                : parts.first == "bz2" ? .bzip2 : parts.first == "gz" ? .gzip : .plain
    }
}
