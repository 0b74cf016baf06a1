package import SystemPackage

/// A file without a name for data that does not fit in memory. It is gone when nothing refers to it, or the process ends.
package final class SpillFile {
    private let folder: FilePath
    private let file: any OpenFile
    private var size: Int64 = 0

    /// - Throws: ``BzError`` with code `fileSystem`, naming the folder.
    package init(in folder: FilePath, on calls: any FileCalls = SystemCalls()) throws(BzError) {
        self.folder = folder.isEmpty ? FilePath(".") : folder
        do throws(Errno) { file = try calls.openScratch(in: self.folder) } catch {
            throw BzError(.fileSystem, "no temporary file can be made here", file: self.folder, cause: error)
        }
    }

    deinit { try? file.close() }

    /// Appends bytes. After a failure nothing more can be appended.
    /// - Returns: where they begin.
    package func append(_ bytes: [UInt8]) throws(BzError) -> Int64 {
        do throws(Errno) { try file.write(bytes) } catch {
            throw BzError(
                .fileSystem, "no more temporary data can be written here", remedy: "free some space", file: folder,
                cause: error)
        }
        defer { size += Int64(bytes.count) }
        return size
    }

    /// Reads bytes that were appended.
    package func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        do throws(Errno) {
            let bytes = try file.read(at: offset, count: count)
            guard bytes.count == count else { throw .ioError }
            return bytes
        } catch {
            throw BzError(.fileSystem, "temporary data here cannot be read", file: folder, cause: error)
        }
    }
}
