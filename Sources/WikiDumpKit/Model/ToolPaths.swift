import SystemPackage

/// The programs that some jobs start, section `[tools]`.
package struct ToolPaths: Sendable, Hashable {
    /// Asks web servers.
    package var curl = "/usr/bin/curl"
    /// Writes 7z files; empty for none.
    var sevenZip = "/bin/7za"

    /// The usual paths.
    init() {}

    /// Where a program stands that no configuration names: packages call some of them by several names.
    static let places: [String: [FilePath]] = [
        "curl": ["/usr/bin/curl"],
        "php": ["/usr/bin/php"],
        "sevenzip": ["/bin/7za", "/usr/bin/7z", "/usr/bin/7zz", "/usr/bin/7zr"],
    ]
}
