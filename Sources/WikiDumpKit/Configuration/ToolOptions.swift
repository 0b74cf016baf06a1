import SystemPackage

extension OptionLookup {
    /// The path of a program: the one that is configured, or else the first place where it is; nil if it is nowhere, or is
    /// not wanted.
    func tool(_ name: String) -> FilePath? {
        if place("tools", name) != nil { return path("tools", name) }
        return ToolPaths.places[name]?.first(where: FileSystem.isProgram)
    }
}
