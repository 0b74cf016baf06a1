import Synchronization
public import SystemPackage

/// A file that can be read at any offset. Safe to use from many tasks at once.
public final class RandomAccessFile: Sendable {
    private static let largest: Int64 = 1 << 60
    /// Where the file is.
    public let path: FilePath
    /// The file system that it is on.
    let calls: any FileCalls
    private let file: any OpenFile
    /// How much to read at a time of a file on a web server: half of a block.
    private let farStep = Atomic<Int>(1 << 16)

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or cannot be read at any
    ///   offset, as a folder, a pipe or a terminal.
    public convenience init(_ path: FilePath) throws(BzError) { try self.init(path, on: WebCalls.of(path)) }

    /// Opens a file of a file system.
    package init(_ path: FilePath, on calls: any FileCalls) throws(BzError) {
        (self.path, self.calls) = (path, calls)
        do throws(Errno) { file = try calls.open(path, .readAnywhere) } catch {
            throw calls.explain(BzError(.fileSystem, "cannot be opened", file: path, cause: error))
        }
        guard let status = try? file.status(), [.regular, .blockDevice].contains(status.kind) else {
            try? file.close()
            guard !(calls is WebCalls) else {
                throw BzError(
                    .fileSystem, "the server does not give parts of this file, so it can only be read from its start",
                    remedy: "download it first", file: path)
            }
            let kind = FileKind(of: path, on: calls).map { " (it is \($0))" } ?? ""
            throw BzError(
                .fileSystem, "cannot be read at arbitrary places\(kind)", remedy: "use a regular file", file: path)
        }
    }

    /// Opens a regular file. Anything else is refused.
    convenience init(
        regular path: FilePath, on other: (any FileCalls)? = nil,
        remedy: (FileKind) -> String = { _ in "name a regular file" }
    ) throws(BzError) {
        let calls = other ?? WebCalls.of(path)
        if let kind = FileKind(of: path, on: calls), kind != .regular {
            throw BzError(.fileSystem, "is \(kind)", remedy: remedy(kind), file: path)
        }
        try self.init(path, on: calls)
    }

    deinit { try? file.close() }

    /// How much to read at a time where reading takes long; nil where it does not.
    var step: Int? { calls is WebCalls ? farStep.load(ordering: .relaxed) : nil }

    /// Tells how long a block was.
    func note(blockSize: Int) { farStep.store(min(max(blockSize / 2, 1 << 14), 1 << 18), ordering: .relaxed) }

    /// Bytes in the file now.
    public func size() throws(BzError) -> Int64 {
        let size: Int64
        do throws(Errno) { size = try file.status().size } catch {
            throw calls.explain(BzError(.fileSystem, "cannot be read", file: path, cause: error))
        }
        // Offsets are counted in bits, which must fit into an Int64.
        guard size < Self.largest else { throw BzError(.fileSystem, "is larger than 1 EiB", file: path) }
        return size
    }

    /// Reads bytes at an offset. Returns fewer than `count` only at the end of the file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file and the offset.
    public func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do throws(Errno) { return try file.read(at: offset, count: count) } catch {
            let bits = offset.multipliedReportingOverflow(by: 8)
            throw calls.explain(
                BzError(
                    .fileSystem, "cannot be read", file: path, bitOffset: bits.overflow ? nil : bits.partialValue,
                    cause: error))
        }
    }
}
