import SystemPackage

extension FarmSettings {
    /// An error saying that a private wiki has runs in the public tree; nil if it has none.
    ///
    /// When a wiki becomes private, its runs stay where they are. Only a person may decide what to do with them.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if the folder cannot be read.
    func exposure(of wiki: WikiName, on fileSystem: FileSystem) throws(DumpError) -> DumpError? {
        let folder = publicTree.appending(wiki.description)
        guard try !RunDirectories(root: folder, on: fileSystem).dates().isEmpty else { return nil }
        return DumpError(
            .configuration, "the private wiki \(wiki) has runs in the public tree, in \(folder)",
            remedy: "move the folders in it to \(privateTree.appending(wiki.description)), or remove it")
    }
}
