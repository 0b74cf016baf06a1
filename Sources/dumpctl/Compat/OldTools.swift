import SystemPackage

/// The programs of old that `dumpctl` stands in for.
enum OldTools {
    /// All of them, by name.
    static var all: [any OldTool.Type] {
        [
            AppendTool.self,
            CheckFooterTool.self,
            CheckPageRangeTool.self,
            DumpFromOffsetTool.self,
            DumpLastBlockTool.self,
            FindPageIDTool.self,
            GetLastIDTool.self,
            RecompressXMLTool.self,
            RevsPerPageTool.self,
            ShowCRCsTool.self,
            SplitTool.self,
            WriteUpToPageIDTool.self,
        ]
    }

    /// The program whose name this process was started under, if it is one.
    /// - Parameter command: The command as it was typed, or a path.
    static func named(by command: String) -> (any OldTool.Type)? {
        let name = FilePath(command).lastComponent?.string
        return all.first { $0.name == name }
    }
}
