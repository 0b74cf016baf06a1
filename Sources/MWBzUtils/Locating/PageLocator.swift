public import SystemPackage

/// What it takes to call a page absent.
public enum AbsenceProof: Sendable, Hashable {
    /// No block is left in which the page may begin. Right behind a page that fills many blocks, all of them are read.
    case everyBlock
    /// Blocks between two that are inside of a page and have rising revision ids are taken to be of that page too.
    ///
    /// Always a few block decodes. Wrong where two pages that fill many blocks each stand next to each other with the page
    /// between them, and all revisions of the second are younger than those of the first.
    case risingRevisions
}

/// Finds a page in a bzip2 export without an index, by looking into a few blocks.
///
/// The ids of the pages have to rise through the file, as they do in the exports of MediaWiki. Where it shows that they do
/// not, the search ends with an error. Single streams and multistreams work alike.
public struct PageLocator: Sendable {
    let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { file = try RandomAccessFile(path) }

    /// Finds the page with an id.
    ///
    /// Looks into at most two blocks more than the number of blocks has binary digits, usually about five; into twice as
    /// many where a page fills many blocks. To prove that a page is *not* there, right behind such a page, all blocks of
    /// that have to be read, unless `proof` asks for less.
    /// - Parameters:
    ///   - id: The id of the page.
    ///   - taskCount: How many blocks are decoded at once where many have to be read.
    ///   - proof: What it takes to call the page absent.
    /// - Throws: ``BzError`` when the file is no bzip2 file or cannot be read, or when the page was not found and may be
    ///   in a damaged block or behind the end of a truncated file. Damage elsewhere does no harm.
    public func locate(
        id: Int64, taskCount: Int = 1, proof: AbsenceProof = .everyBlock
    ) async throws(BzError) -> PageSearch {
        try await search(id: id, taskCount: taskCount, proof: proof).result
    }

    /// Finds the last page of the export.
    /// - Returns: nil if there is no page.
    public func locateLast(taskCount: Int = 1) async throws(BzError) -> PageLocation? {
        switch try await locate(id: .max, taskCount: taskCount) {
        case .found(let page): page
        case .absent(let last, _): last
        }
    }

    /// The same as ``locate(id:taskCount:proof:)``, with the number of blocks that were decoded.
    func search(
        id: Int64, taskCount: Int = 1, proof: AbsenceProof = .everyBlock
    ) async throws(BzError) -> (result: PageSearch, decodeCount: Int) {
        let prober = BlockProber(file)
        var search = BlockSearch(id: id, end: try file.size() * 8, prober: prober)
        return (try await search.run(taskCount: taskCount, proof: proof), prober.decodeCount)
    }
}
