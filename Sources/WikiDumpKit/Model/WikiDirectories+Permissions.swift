import SystemPackage

extension WikiDirectories {
    /// Permission bits of the folders below ``privateRoot`` and ``temporary``: nobody outside of the group gets in.
    public static let privateDirectoryPermissions: UInt16 = 0o750
    /// Permission bits of the files below ``privateRoot``, such as locks: nobody outside of the group reads them.
    public static let privateFilePermissions: UInt16 = 0o640

    /// Permission bits of the folders below ``publicRoot``; those of the private tree if the wiki is private.
    public var directoryPermissions: UInt16 { isPublic ? 0o755 : Self.privateDirectoryPermissions }
    /// Permission bits of the dump files of a run; those of the private tree if the wiki is private.
    public var filePermissions: UInt16 { isPublic ? 0o644 : Self.privateFilePermissions }

    /// Permission bits of a file of a run for which the configuration names some: those, without the rights of everybody
    /// else if the wiki is private.
    public func filePermissions(_ configured: UInt16) -> UInt16 { isPublic ? configured : configured & ~0o007 }

    /// Permission bits of the files about a run.
    public var statusPermissions: UInt16 { filePermissions(configuredPermissions) }

    /// Makes a folder of this wiki, with what is missing above it.
    ///
    /// Nobody outside of the group gets into the private tree and the one for scratch files. Folders above them may hold
    /// the public tree too, so everybody may pass through those.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    func make(_ folder: FilePath) throws(DumpError) {
        if isPublic, folder.starts(with: publicRoot) { return try FileSystem.makeDirectory(folder) }
        let scratch = temporary.removingLastComponent().removingLastComponent()
        let tree = folder.starts(with: temporary) ? scratch : privateRoot.removingLastComponent()
        try FileSystem.makeDirectory(folder, permissions: Self.privateDirectoryPermissions, below: tree)
    }

    private var isPublic: Bool { publicRoot != privateRoot }
}
