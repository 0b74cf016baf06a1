import SystemPackage

extension WikiDirectories {
    /// The permission bits of folders below ``privateRoot`` and ``temporary``. Only owner and group have access.
    public static let privateDirectoryPermissions: UInt16 = 0o750
    /// The permission bits of files below ``privateRoot``, such as locks. Only owner and group can read them.
    public static let privateFilePermissions: UInt16 = 0o640

    /// The permission bits of folders below ``publicRoot``; those of the private tree if the wiki is private.
    public var directoryPermissions: UInt16 { isPublic ? 0o755 : Self.privateDirectoryPermissions }
    /// The permission bits of a run's dump files; those of the private tree if the wiki is private.
    public var filePermissions: UInt16 { isPublic ? 0o644 : Self.privateFilePermissions }

    /// The permission bits of a file for which the configuration sets some. If the wiki is private, others get no access.
    public func filePermissions(_ configured: UInt16) -> UInt16 { isPublic ? configured : configured & ~0o007 }

    /// The permission bits of a run's status files.
    public var statusPermissions: UInt16 { filePermissions(configuredPermissions) }

    /// Makes a folder of this wiki, including missing parent folders.
    ///
    /// Only owner and group may enter the private tree and the scratch tree. The folders above these trees may also contain
    /// the public tree, so everybody may pass through them.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    func make(_ folder: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        if isPublic, folder.starts(with: publicRoot) { return try fileSystem.makeDirectory(folder) }
        let scratch = temporary.removingLastComponent().removingLastComponent()
        let tree = folder.starts(with: temporary) ? scratch : privateRoot.removingLastComponent()
        try fileSystem.makeDirectory(folder, permissions: Self.privateDirectoryPermissions, below: tree)
    }

    private var isPublic: Bool { publicRoot != privateRoot }
}
