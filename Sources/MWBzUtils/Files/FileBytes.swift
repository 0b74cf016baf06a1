public import SystemPackage

/// The bytes of a file, pipe or terminal, from front to back.
///
/// Reading blocks the calling thread. The file is closed when the value goes away.
public struct FileBytes: ByteStream, ~Copyable {
    /// Bytes asked for at a time.
    private static let chunkSize = 1 << 17
    private let file: any OpenFile
    private let path: FilePath
    private let calls: any FileCalls
    private var offset: Int64 = 0

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { try self.init(path, on: WebCalls.of(path)) }

    /// Opens a file of a file system.
    package init(_ path: FilePath, on calls: any FileCalls) throws(BzError) {
        (self.path, self.calls) = (path, calls)
        do throws(Errno) { file = try calls.open(path, .read) } catch {
            throw calls.explain(BzError(.fileSystem, "cannot be opened", file: path, cause: error))
        }
    }

    /// Takes over a file, which is closed when the value goes away.
    private init(_ file: any OpenFile, named name: FilePath) {
        self.file = file
        (path, calls) = (name, SystemCalls())
    }

    /// The standard input of the process, from where it stands now.
    /// - Throws: ``BzError`` with code `fileSystem` if the process has none.
    public static func standardInput() throws(BzError) -> FileBytes {
        let name: FilePath = "standard input"
        do throws(Errno) { return FileBytes(try SystemFile(.standardInput).duplicate(), named: name) } catch {
            throw BzError(.fileSystem, "cannot be read", file: name, cause: error)
        }
    }

    deinit { try? file.close() }

    /// The next bytes of the file; nil at its end.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file and the place.
    public mutating func next() throws(BzError) -> [UInt8]? {
        do throws(Errno) {
            let chunk = try file.read(count: Self.chunkSize)
            offset += Int64(chunk.count)
            return chunk.isEmpty ? nil : chunk
        } catch {
            throw calls.explain(
                BzError(.fileSystem, "cannot be read", file: path, bitOffset: offset * 8, cause: error))
        }
    }
}
