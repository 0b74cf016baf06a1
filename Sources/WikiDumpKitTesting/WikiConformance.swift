import SystemPackage
public import WikiDumpKit

/// Checks that a wiki keeps the promises of the protocol `Wiki` of WikiDumpKit, and its source those of `ContentSource`.
///
/// ```swift
/// try await WikiConformance(MyWiki()).check()
/// ```
public struct WikiConformance: Sendable {
    private let wiki: any Wiki
    private let patience: Duration

    /// Creates the checks for a wiki.
    /// - Parameters:
    ///   - wiki: The wiki.
    ///   - patience: See ``ContentSourceConformance/init(_:patience:)``.
    public init(_ wiki: any Wiki, patience: Duration = .seconds(2)) {
        self.wiki = wiki
        self.patience = patience
    }

    /// Runs all checks.
    /// - Throws: ``ConformanceViolation``, or an unexpected error of the source.
    public func check() async throws {
        let directories = wiki.directories
        try require(
            directories == wiki.directories && wiki.settings == wiki.settings,
            "a wiki says the same each time it is asked")
        for folder in [directories.publicRoot, directories.privateRoot, directories.temporary] {
            try require(
                folder.lastComponent?.string == wiki.name.description,
                "the folders of a wiki have its name, \(wiki.name), but one is \(folder)")
        }
        try require(
            wiki.isPrivate == (directories.publicRoot == directories.privateRoot),
            "a private wiki has everything in the private tree, and another wiki uses both trees")
        let scratch = directories.temporary
        try require(
            ![directories.publicRoot, directories.privateRoot].contains { $0.starts(with: scratch) || scratch == $0 },
            "published files are not in the folder for scratch files")
        try require(
            try await wiki.contentSource().facts().siteInfo == wiki.contentSource().facts().siteInfo,
            "the source of a wiki can be opened again and again")
        try await ContentSourceConformance(try wiki.contentSource(), patience: patience).check()
    }
}
