/// The programs that some jobs start, section `[tools]`.
public struct ToolPaths: Sendable, Hashable {
    /// Asks web servers.
    public var curl = "/usr/bin/curl"
    /// Writes 7z files; empty for none.
    public var sevenZip = "/bin/7za"

    /// The usual paths.
    public init() {}
}
