import SystemPackage

extension FileSystem {
    /// What the names of scratch files begin with that belong to no run.
    static let scratchPrefix = ".wikidump-"

    /// Opens a new file without a name, which goes when it is closed.
    static func openUnnamed(in folder: FilePath) throws(DumpError) -> FileDescriptor {
        var random = SystemRandomNumberGenerator()
        let path = folder.appending("\(scratchPrefix)\(String(random.next(), radix: 36)).tmp")
        do {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
            try remove(path)
            return file
        } catch let error as DumpError { throw error } catch {
            throw DumpError(Errno(from: error), "cannot make a temporary file in \(folder)")
        }
    }

    /// Reads so many bytes from a place in a file.
    static func readAll(_ file: FileDescriptor, at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let got = try unsafe file.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                    if got == 0 { throw Errno.ioError }
                    filled += got
                }
            }
        } catch { throw Errno(from: error) }
    }
}
