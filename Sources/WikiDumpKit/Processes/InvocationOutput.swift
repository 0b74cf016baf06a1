import MWBzUtils
import SystemPackage

/// The open file that a command writes to.
final class InvocationOutput: Sendable {
    private let file: FileDescriptor
    private let limit: Int?

    /// Opens the file. Leftovers of a dead run are removed instead of reused. If a process of that run is still alive, it
    /// keeps writing into a file without a name.
    /// - Parameter pipe: The end of a pipe that replaces the output named by the invocation. It is closed with this object.
    init(_ invocation: Invocation, pipe: FileDescriptor?) throws(DumpError) {
        for file in invocation.allFiles { try FileSystem.real.remove(file.inProgress) }
        if let pipe {
            (file, limit) = (pipe, nil)
            return
        }
        switch invocation.output {
        case .discarded:
            limit = nil
            file = try Self.opening("/dev/null") { path throws(Errno) in
                do { return try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec]) } catch {
                    throw Errno(from: error)
                }
            }
        case .file(let target):
            limit = nil
            file = try Self.opening(target.inProgress) { path throws(Errno) in
                let file = try SystemFile(path, .create(target.permissions))
                do throws(Errno) { try file.setPermissions(target.permissions) } catch {
                    try? file.close()
                    throw error
                }
                // As long as the command writes it, nobody takes it for a leftover.
                try? file.lock(.exclusive)
                return file.descriptor
            }
        case .collected(let limit):
            self.limit = limit
            let folder = FilePath(ProcessEnvironment.value("TMPDIR") ?? "/tmp")
            do throws(Errno) { file = try UnnamedFile.open(in: folder) } catch {
                throw DumpError(error, "cannot make a temporary file in \(folder)")
            }
        }
    }

    /// A duplicate of the descriptor for a child process.
    func duplicate() throws(DumpError) -> FileDescriptor {
        do { return try file.duplicate() } catch {
            throw DumpError(Errno(from: error), "cannot duplicate a descriptor")
        }
    }

    /// The number of bytes written so far, and whether it exceeds the limit.
    func measure() -> (size: Int64, isTooMuch: Bool) {
        guard let size = try? SystemFile(file).status().size else { return (0, false) }
        return (size, limit.map { size > $0 } ?? false)
    }

    /// The collected output.
    func collected() throws(DumpError) -> [UInt8] {
        guard limit != nil else { return [] }
        do throws(Errno) {
            do { try file.seek(offset: 0, from: .start) } catch { throw Errno(from: error) }
            return try SystemFile(file).readAll()
        } catch {
            throw DumpError(error, "cannot read what a command wrote")
        }
    }

    /// The last lines of the collected output.
    func lastLines() throws(DumpError) -> [String] {
        var lines = LineSplitter()
        let bytes = try collected()
        return lines.add(bytes.suffix(1 << 16)) + [lines.finish()].compactMap { $0 }
    }

    func close() { try? file.close() }

    private static func opening(
        _ path: FilePath, _ open: (FilePath) throws(Errno) -> FileDescriptor
    ) throws(DumpError) -> FileDescriptor {
        do throws(Errno) { return try open(path) } catch { throw DumpError(error, "cannot write \(path)") }
    }
}
