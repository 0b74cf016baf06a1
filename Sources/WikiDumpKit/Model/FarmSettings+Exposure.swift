import SystemPackage

extension FarmSettings {
    /// Says of a private wiki that it has runs in the public tree; nil if it has none.
    ///
    /// Runs stay where they were made when a wiki becomes private. Nothing but a person may decide what to do with them.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if the folder cannot be looked at.
    func exposure(of wiki: WikiName) throws(DumpError) -> DumpError? {
        let folder = publicTree.appending(wiki.description)
        guard try !RunDirectories(root: folder).dates().isEmpty else { return nil }
        return DumpError(
            .configuration, "the private wiki \(wiki) has runs in the public tree, in \(folder)",
            remedy: "move the folders in it to \(privateTree.appending(wiki.description)), or remove it")
    }
}
