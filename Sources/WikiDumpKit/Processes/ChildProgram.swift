public import SystemPackage

/// The program of this process, looked for afresh whenever another process of it is wanted.
///
/// So a version that was installed in the meantime is used from the next process on.
public struct ChildProgram: Sendable {
    private let name: String
    private let workingDirectory: FilePath

    /// - Parameters:
    ///   - name: how this process was called: a path, or a name that `PATH` finds.
    ///   - workingDirectory: the folder from which a path that is not absolute counts.
    public init(name: String, workingDirectory: FilePath) {
        self.name = name
        self.workingDirectory = workingDirectory
    }

    /// Where the program is now.
    /// - Throws: ``DumpError`` with code `fileSystem` if it is nowhere.
    public func path() throws(DumpError) -> FilePath {
        if name.contains("/") {
            let path = workingDirectory.pushing(FilePath(name))
            if try FileSystem.status(path)?.isFile == true { return path }
        } else {
            for folder in (ProcessEnvironment.value("PATH") ?? "").split(separator: ":") {
                let path = workingDirectory.pushing(FilePath(String(folder))).appending(name)
                if let status = try? FileSystem.status(path), status.isFile, status.permissions & 0o111 != 0 {
                    return path
                }
            }
        }
        // Called by a name that leads nowhere, as a parent may do: then the file that this process was made of.
        if let path = FileSystem.linkTarget("/proc/self/exe"), try FileSystem.status(FilePath(path))?.isFile == true {
            return FilePath(path)
        }
        throw DumpError(.fileSystem, "the program \(name) is not there any more", remedy: "install it again")
    }
}
