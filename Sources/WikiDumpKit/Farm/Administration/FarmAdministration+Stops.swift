import SystemPackage

extension FarmAdministration {
    /// A file by which all workers of the farm are held up.
    public enum Stop: String, Sendable, Hashable, CaseIterable {
        /// No job begins.
        case maintenance
        /// No loop begins another dump.
        case exit
    }

    /// Makes a file that holds up the workers.
    /// - Parameters:
    ///   - text: What the index page of the farm says meanwhile; nil for nothing special.
    /// - Throws: ``DumpError`` with code `permission` or `fileSystem`.
    public func begin(_ stop: Stop, text: String? = nil) throws(DumpError) -> Deed {
        let farm = configuration.farm
        let files = StopFiles(in: farm.privateTree, on: configuration.fileSystem)
        let path = stop == .maintenance ? files.maintenance : files.exit
        if !isRehearsal {
            try configuration.fileSystem.makeDirectory(
                farm.privateTree, permissions: WikiDirectories.privateDirectoryPermissions)
            try configuration.fileSystem.write(
                Array((text.map { $0 + "\n" } ?? "").utf8), to: path,
                permissions: WikiDirectories.privateFilePermissions)
        }
        let effect = stop == .maintenance ? "no job begins" : "no loop begins another dump"
        return deed(
            nil, nil, done: "made \(path): \(effect) while it exists", would: "make \(path): \(effect) while it exists")
    }

    /// Removes a file that holds up the workers.
    public func end(_ stop: Stop) throws(DumpError) -> Deed {
        let files = StopFiles(in: configuration.farm.privateTree, on: configuration.fileSystem)
        let path = stop == .maintenance ? files.maintenance : files.exit
        guard try configuration.fileSystem.status(path) != nil else {
            return Deed(wiki: nil, date: nil, text: "there is no \(path)", isChange: false)
        }
        if !isRehearsal { try configuration.fileSystem.remove(path) }
        return deed(nil, nil, done: "removed \(path): workers go on", would: "remove \(path), so that workers go on")
    }
}
