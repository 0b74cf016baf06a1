public import SystemPackage

/// Finds a page in a bzip2 export without an index, by looking into a few blocks.
///
/// The ids of the pages have to rise through the file, as they do in the exports of MediaWiki. Single streams and
/// multistreams work alike.
public struct PageLocator: Sendable {
    private let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { file = try RandomAccessFile(path) }

    /// Finds the page with an id.
    ///
    /// Looks into about as many blocks as the number of blocks has binary digits, or twice as many where a page fills
    /// many blocks. Only to prove that a page is *not* there, right behind such a page, all blocks of that have to be read.
    /// - Throws: ``BzError`` when the file is no bzip2 file or cannot be read, or when the page was not found and may be
    ///   in a damaged block. Damaged blocks elsewhere do no harm.
    public func locate(id: Int64) throws(BzError) -> PageSearch { try search(id: id).result }

    /// The same, with the number of blocks that were decoded.
    func search(id: Int64) throws(BzError) -> (result: PageSearch, decodeCount: Int) {
        let prober = BlockProber(file)
        var search = BlockSearch(id: id, end: try file.size() * 8, prober: prober)
        return (try search.run(), prober.decodeCount)
    }
}
