public import SystemPackage

/// The bytes of a file, pipe or terminal, from front to back.
///
/// Reading blocks the calling thread. The file is closed when the value goes away.
public struct FileBytes: ByteStream, ~Copyable {
    /// Bytes asked for at a time.
    private static let chunkSize = 1 << 17
    private let file: FileDescriptor
    private let path: FilePath

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) {
        self.path = path
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw BzError(.fileSystem, "cannot be opened", file: path, cause: error)
        }
    }

    /// Takes over a descriptor, which is closed when the value goes away.
    private init(_ file: FileDescriptor, named name: FilePath) {
        self.file = file
        path = name
    }

    /// The standard input of the process, from where it stands now.
    /// - Throws: ``BzError`` with code `fileSystem` if the process has none.
    public static func standardInput() throws(BzError) -> FileBytes {
        let name: FilePath = "standard input"
        do {
            return FileBytes(try FileDescriptor.standardInput.duplicate(), named: name)
        } catch {
            throw BzError(.fileSystem, "cannot be read", file: name, cause: error)
        }
    }

    deinit { try? file.close() }

    /// The next bytes of the file; nil at its end.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public mutating func next() throws(BzError) -> [UInt8]? {
        do {
            let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
                count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            return chunk.isEmpty ? nil : chunk
        } catch {
            throw BzError(.fileSystem, "cannot be read", file: path, cause: error)
        }
    }
}
